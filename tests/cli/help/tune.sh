quoth tune --help
