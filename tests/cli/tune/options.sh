# What is searched, and what is refused before anything is learnt.
corpus --noise 7 >data.csv
tune() { quoth tune data.csv --recipe bayes --folds 2 -o spec.json "$@"; }
keys() { tune --trials 2 --json "$@" | json 'it["search"]'; }
keys
keys --set classifier.alpha=0.3 --set vectorizer.min_df=2 --set vectorizer.lowercase=false
keys --set classifier.alpha=0.3 --search classifier.alpha=0.1..10 --search tfidf.norm=null,l1,l2 |
  tr , '\n' | tail -n 4
# A spec that was found can be searched again; a recipe of one's own has no ranges of its own.
tune --trials 3 >/dev/null
quoth tune data.csv --spec spec.json --trials 2 --folds 2 -o again.json --json | json 'len(it["search"])'
sed 's/"recipe": "bayes"/"recipe": "mine"/' spec.json >mine.json
quoth tune data.csv --spec mine.json --search classifier.alpha=0.1..1 --trials 2 --folds 2 \
  -o again.json --json | json 'it["search"]'
# All there is, and what cannot be learnt from.
cat >only.json <<'EOF_JSON'
{"quoth_spec": 1, "pipeline": [{"name": "words", "type": "count_vectorizer"},
 {"name": "classifier", "type": "multinomial_nb"}]}
EOF_JSON
quoth tune data.csv --spec only.json --search words.min_df=1,2,200 --folds 2 -o spec.json >table.txt
sed -n '2p; $p' table.txt
grep -o 'failed: .*' table.txt
quoth tune data.csv --spec only.json --search words.min_df=1 -o spec.json | tail -n 1
# A seed deals the folds and draws the trials.
tune --trials 2 --seed 1 --json | json '[it["random_state"], it["trials"][0]["settings"] == []]'
grep -c '"random_state": 1' spec.json
rm spec.json again.json
refuse quoth tune data.csv --spec mine.json -o spec.json
refuse tune --search alpha=1,2
refuse tune --search classifier.alpha
refuse tune --search classifier.alpha=1,-1
refuse tune --search classifier.alpha=0..1
refuse tune --search vectorizer.min_df=0.5..8
refuse tune -o data.csv
refuse tune --state data.csv
refuse tune -o nowhere/spec.json
refuse quoth tune nowhere.csv -o spec.json
printf 'text,label\none,a\ntwo,a\nthree,a\nfour,b\n' >small.csv
refuse quoth tune small.csv --recipe bayes --folds 2 -o spec.json
refuse quoth tune small.csv --recipe bayes --folds 9 -o spec.json
printf 'text,label\none,a\ntwo,a\n' >alike.csv
refuse quoth tune alike.csv --recipe bayes --folds 2 -o spec.json
misuse quoth tune data.csv
misuse tune --folds 1
misuse tune --trials 0
misuse tune --recipe none
misuse tune --metric brier
misuse tune --state spec.json
misuse tune --spec mine.json # beside --recipe
