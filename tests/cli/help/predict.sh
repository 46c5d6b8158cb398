quoth predict --help
