quoth export --help
