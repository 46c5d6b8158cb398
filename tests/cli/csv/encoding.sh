# Bytes that are not UTF-8 are an error with line, column and byte; replace and ignore make of them
# what Python's decode does, in texts, labels, ids and names of columns.
python3 - <<'EOF'
bad = [b"\xe9t\xe9", b"caf\xe9", b"\xc3", b"\xff\xfe", b"\xe2\x82", b"\xe2\x28\xa1", b"\xf0\x9f\x98",
       b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xf0\x80\x80\x80", b"\x80\x81", b"na\xc3\xafve"]
rows = [b"id,text,label"]
for i, part in enumerate(bad * 4):
    rows.append(b"r%d\xe9,\"word%s %s\n%s other\",%s\xfc" % (i, part, part, part, b"ab"[i % 2:i % 2 + 1]))
data = b"\n".join(rows) + b"\n"
open("data.csv", "wb").write(data)
for how in ("replace", "ignore"):
    open(how + ".csv", "w", encoding="utf-8", newline="").write(data.decode("utf-8", how))
EOF
options=("${quick[@]}" --set vectorizer.min_df=1 --set lda.n_components=2)
refuse quoth train data.csv -o model "${options[@]}"
refuse quoth train data.csv -o model "${options[@]}" --encoding-errors strict
for how in replace ignore; do
  quoth train data.csv -o bad --encoding-errors $how "${options[@]}" >/dev/null
  quoth train $how.csv -o good "${options[@]}" >/dev/null
  for part in --vocabulary --spec; do
    cmp <(quoth inspect bad $part) <(quoth inspect good $part)
  done
  quoth inspect bad --json | json 'it["classes"]'
  for command in "predict" "predict --proba" "transform"; do
    set -- $command
    cmp <(quoth "$1" bad --input data.csv --encoding-errors $how "${@:2}") \
      <(quoth "$1" good --input $how.csv "${@:2}")
  done
  cmp <(quoth eval bad data.csv --encoding-errors $how | tail -n +2) \
    <(quoth eval good $how.csv | tail -n +2)
done
refuse quoth predict good --input data.csv
refuse quoth transform good --input data.csv
refuse quoth eval good data.csv
# A column that is not used may hold anything.
printf 'text,label,note\ncat,a,\xff\ndog,b,\xff\ncat,b,\xfe\ndog,a,\xff\n' >data.csv
quoth train data.csv -o model | first 1
