# A full disk is told, by every command, with the name of what could not be written.
[[ -c /dev/full ]] || skip "no /dev/full"
corpus --rows 60 >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
refuse quoth train data.csv -o /dev/full "${quick[@]}"
refuse quoth train data.csv -o new --report /dev/full "${quick[@]}" | sed '/it changes files/d'
cmp model new
refuse quoth predict model --input data.csv -o /dev/full
refuse quoth predict model --input data.csv --proba -o /dev/full
refuse quoth transform model --input data.csv -o /dev/full
refuse quoth eval model data.csv --report /dev/full
to_full() { # the same with standard output on the full disk
  status=0
  "$@" >/dev/full 2>stderr || status=$?
  echo "$ $* >/dev/full"
  cat stderr
  [[ $status == 1 && $(wc -l <stderr) == 1 ]] || echo "(status $status)"
}
to_full quoth --version
to_full quoth --help
to_full quoth help train
to_full quoth train --help
to_full quoth completion bash
to_full quoth train data.csv -o other "${quick[@]}"
to_full quoth train data.csv -o other "${quick[@]}" --json
to_full quoth eval model data.csv
to_full quoth eval model data.csv --json
to_full quoth predict model text
to_full quoth predict model text --json
to_full quoth predict model --input data.csv
to_full quoth predict model --input data.csv --proba
to_full quoth predict model - <data.csv
to_full quoth transform model --input data.csv
to_full quoth topics model
to_full quoth topics model --json
for part in --spec --vocabulary --verify --json; do
  to_full quoth inspect model $part
done
to_full quoth inspect model
status=0
quoth --version >&- 2>stderr || status=$?
echo "status $status: $(<stderr)"
# The model was written before the report could not be.
cmp model other
