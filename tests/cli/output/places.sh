# Outputs that cannot be written are refused before any work: with a wrong place in the first
# option, data that are wrong as well are not even looked at.
corpus --rows 60 >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
mkdir folder
for place in missing/out folder folder/ data.csv/out ""; do
  refuse quoth train none.csv -o "$place"
  refuse quoth train none.csv -o other --report "$place"
  refuse quoth train none.csv -o other --picture "$place"
  refuse quoth predict model --input none.csv -o "$place"
  refuse quoth transform model --input none.csv -o "$place"
done
refuse quoth train none.csv -o other --picture missing/out.png
refuse quoth train none.csv -o other --picture out.gif
refuse quoth train none.csv -o other --picture png
refuse quoth eval model none.csv --picture out.jpeg
refuse quoth eval model none.csv --picture missing/out.svg
refuse quoth eval model none.csv --report folder
# Standard output is for tables and JSON.
refuse quoth train none.csv -o -
refuse quoth train none.csv -o other --report -
refuse quoth train none.csv -o other --picture -
refuse quoth eval model none.csv --report -
