quoth eval --help
