quoth transform --help
