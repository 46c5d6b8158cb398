quoth train --help
