# Files that are not there, not files, or not to be read.
try() { refuse quoth train "$1" -o model; }
try missing.csv
try folder/missing.csv
mkdir folder
try folder
try folder/
corpus --rows 30 >data.csv
try data.csv/data.csv
: >empty.csv
try empty.csv
try /dev/null
printf '\n  \n\n' >blank.csv
try blank.csv
ln -s nowhere.csv link.csv
try link.csv
refuse quoth train - -o model </dev/null
refuse quoth eval missing-model data.csv
