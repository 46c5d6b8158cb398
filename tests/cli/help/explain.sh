quoth explain --help
