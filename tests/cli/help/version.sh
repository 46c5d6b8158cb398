# The program's version is the project's.
quoth --version
[[ $(quoth --version) == "quoth $QUOTH_VERSION" ]]
