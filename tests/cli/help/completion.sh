quoth completion --help
