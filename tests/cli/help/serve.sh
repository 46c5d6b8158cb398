quoth serve --help
