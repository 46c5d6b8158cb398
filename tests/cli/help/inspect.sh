quoth inspect --help
