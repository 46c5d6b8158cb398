# Columns are those that the model was trained with, unless told otherwise.
corpus --columns key,body,kind >data.csv
quoth train data.csv -o model --text body --label kind "${quick[@]}" >/dev/null
quoth predict model --input data.csv >expected
corpus --columns key,words,kind >other.csv
quoth predict model --input other.csv --text words | cmp - expected
quoth predict model --input data.csv --id key | cut -d , -f 1 | sed -n '1,3p;301,$p'
refuse quoth predict model --input other.csv
refuse quoth transform model --input other.csv
refuse quoth eval model other.csv
refuse quoth predict model --input data.csv --id id
corpus --columns id,text,label >usual.csv
refuse quoth predict model --input usual.csv
quoth predict model --input usual.csv --text text | cut -d , -f 2 | cmp - <(cut -d , -f 2 expected)
# A model trained on the usual names finds the usual ones.
quoth train usual.csv -o usual "${quick[@]}" >/dev/null
printf 'sentence\nroses\nknives\n' >one.csv
refuse quoth predict usual --input one.csv
quoth predict usual --input one.csv --text sentence | wc -l
printf 'id,sentence\n1,roses\n2,knives\n' >two.csv
quoth predict usual --input two.csv | wc -l
