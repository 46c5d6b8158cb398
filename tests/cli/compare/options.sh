# --recipes chooses, --seed deals the folds anew, --picture draws; what cannot be is refused before
# anything is learnt.
corpus --noise 7 >data.csv
quoth compare data.csv --recipes bayes --folds 2 --json >one.json
quoth compare data.csv --recipes bayes --folds 2 --seed 5 --json >other.json
python3 - <<'EOF_PYTHON'
import json
one, other = (json.load(open(name)) for name in ("one.json", "other.json"))
assert [r["recipe"] for r in one["recipes"]] == ["bayes"]
assert one["random_state"] == 0 and other["random_state"] == 5
assert one["recipes"][0]["log_loss"] != other["recipes"][0]["log_loss"]
EOF_PYTHON
for format in png svg pdf; do
  quoth compare data.csv --folds 2 --picture picture.$format >/dev/null
  head -c 4 picture.$format | od -An -c | tr -s ' '
done
python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("picture.svg")'
refuse quoth compare data.csv --recipes bayes,none | sed "s/there are: .*/there are: .../"
refuse quoth compare data.csv --recipes bayes,bayes
refuse quoth compare data.csv --recipes bayes, | sed "s/there are: .*/there are: .../"
refuse quoth compare data.csv --picture picture.gif
refuse quoth compare data.csv --picture data.csv/picture.png
refuse quoth compare nowhere.csv
printf 'text,label\none,a\ntwo,a\nthree,a\nfour,b\nfive,b\n' >small.csv
refuse quoth compare small.csv --folds 3
printf 'text,label\n' >none.csv
refuse quoth compare none.csv
printf 'text,label\none,a\ntwo,a\n' >alike.csv
refuse quoth compare alike.csv --folds 2
misuse quoth compare
misuse quoth compare data.csv --folds 1
misuse quoth compare data.csv --folds 1001
misuse quoth compare data.csv more.csv
