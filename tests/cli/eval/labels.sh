# Labels that the model does not know are refused; classes without rows are fine.
corpus --rows 60 >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
corpus --rows 60 --classes 2 >others.csv
refuse quoth eval model others.csv
sed 's/,garden$/,Garden/' data.csv >case.csv
refuse quoth eval model case.csv
corpus --rows 60 --without sea >two.csv
quoth eval model two.csv --json | json 'it["classes"], it["class_counts"], it["per_class"][2]'
printf 'text,label\nAda hoisted the sails.,sea\n' >one.csv
quoth eval model one.csv --json | json 'it["rows"], it["class_counts"], sum(map(sum, it["confusion_matrix"]))'
head -n 1 data.csv >none.csv
refuse quoth eval model none.csv
corpus --drop label >unlabelled.csv
refuse quoth eval model unlabelled.csv
refuse quoth eval model unlabelled.csv --label id
refuse quoth eval model - <others.csv
refuse quoth eval model - <none.csv
quoth eval model - <data.csv | first 1
