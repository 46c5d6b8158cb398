# An output never replaces an input.
corpus --rows 60 >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
quoth inspect model --spec >spec.json
ln -s data.csv link.csv
ln data.csv hard.csv
refuse quoth train data.csv -o data.csv
refuse quoth train data.csv -o ./data.csv
refuse quoth train data.csv -o "$PWD/hard.csv" | sed "s|$PWD|FOLDER|g"
refuse quoth train link.csv -o data.csv
refuse quoth train data.csv -o link.csv
refuse quoth train data.csv -o spec.json --spec spec.json
refuse quoth train data.csv -o other --report data.csv
cp data.csv data.png
refuse quoth train data.png -o other --picture data.png
refuse quoth eval model data.csv --report data.csv
refuse quoth eval model data.csv --report model
refuse quoth predict model --input data.csv -o data.csv
refuse quoth predict model --input data.csv -o model
refuse quoth transform model --input data.csv -o data.csv
refuse quoth transform model --input data.csv -o model
