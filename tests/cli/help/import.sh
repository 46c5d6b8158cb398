quoth import --help
