quoth topics --help
