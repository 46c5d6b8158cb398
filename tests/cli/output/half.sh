# When a disk fills up half-way, nothing half-written stays, and an old file stays as it was.
corpus --rows 60 >data.csv
quoth train data.csv -o model "${quick[@]}" >/dev/null
corpus --rows 3000 >many.csv
trap '' XFSZ # writing beyond the limit is then an error, as on a full disk
limited() { # files may have 8 kB; run in a shell of its own
  (
    ulimit -f 8
    "$@"
  )
}
for old in no yes; do
  if [[ $old == yes ]]; then
    echo "an old file" | tee out >out.csv
    cp out out.png
    cp out out.html
  fi
  refuse limited quoth train data.csv -o out "${quick[@]}"
  refuse limited quoth predict model --input many.csv -o out.csv
  refuse limited quoth predict model --input many.csv --proba -o out.csv
  refuse limited quoth transform model --input many.csv -o out.csv
  refuse limited quoth eval model data.csv --picture out.png
  refuse limited quoth eval model data.csv --report out.html
done
ls -A
