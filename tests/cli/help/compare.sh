quoth compare --help
