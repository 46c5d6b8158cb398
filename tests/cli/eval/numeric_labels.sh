# Labels that are all numbers are ordered as numbers, others as texts; train, eval and predict agree.
relabel() { # the three classes renamed
  corpus "${@:4}" | sed "s/,garden\$/,$1/; s/,kitchen\$/,$2/; s/,sea\$/,$3/"
}
order() {
  relabel "$@" >data.csv
  quoth train data.csv -o model --json "${quick[@]}" | json 'it["classes"], it["class_counts"]'
  quoth eval model data.csv --json | json '[c["class"] for c in it["per_class"]]'
  quoth predict model --input data.csv --proba | first 1
}
order 10 2 1
order 10 -2 1.5
order 10 2 b
order 010 9 1e1
# The first class is the matrix's first row.
relabel 010 9 1e1 --without kitchen >some.csv
quoth eval model some.csv --json |
  json '[sum(row) for row in it["confusion_matrix"]]'
