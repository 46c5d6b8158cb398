quoth package --help
