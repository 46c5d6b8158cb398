# Columns are found by their names, whatever their order and whatever else there is.
train() {
  quoth train data.csv -o "$@" "${quick[@]}" >/dev/null
  echo "$1: $(quoth inspect "$1" | grep -o 'columns .* and "[^"]*"')"
}
corpus >data.csv
train usual
for name in author class category target LABEL Author; do
  corpus --columns "id,text,$name" >data.csv
  train $name
done
corpus --columns key,body,kind >data.csv
train named --text body --label kind --id key
corpus --columns key,body,kind --drop key >data.csv
train two --text body --label kind
corpus --columns key,body,kind >data.csv
train upper --text BODY --label Kind
corpus --columns "id,text,label" --drop id >data.csv
train bare
corpus --columns id,sentence,label >data.csv
train guessed
corpus --columns "id,the text,the label" >data.csv
train spaces --text "the text" --label "the label"
corpus | sed '1s/.*/id,text,label,extra/; s/$/,/; 1s/,$//' | python3 -c '
import csv, sys
rows = list(csv.reader(sys.stdin))
csv.writer(sys.stdout, lineterminator="\n").writerows([r[2], r[1], r[0]] for r in rows)' >data.csv
train turned
cmp <(quoth inspect usual --vocabulary) <(quoth inspect turned --vocabulary)
