# --state keeps the trials: to search on gives what one long search gives. Trials of anything else
# are refused, and stay.
corpus --noise 7 >data.csv
tune() { quoth tune data.csv --recipe bayes --folds 3 -o spec.json "$@"; }
tune --trials 9 >/dev/null
mv spec.json whole.json
tune --state trials.json --trials 2 >/dev/null
tune --state trials.json --trials 5 >/dev/null
tune --state trials.json --trials 9 --threads 1 --json >it.json
cmp spec.json whole.json
json 'len(it["trials"])' it.json
json '[len(it["trials"]), it["quoth_search"], it["random_state"], it["metric"]]' trials.json
# Enough are there: nothing is tried.
tune --state trials.json --trials 3 --json | json '[len(it["trials"]), it["ended_by"]]'
tune --state trials.json --time 0 --json | json '[len(it["trials"]), it["ended_by"]]'
refuse tune --state trials.json --trials 9 --seed 1
refuse tune --state trials.json --trials 9 --metric accuracy
refuse tune --state trials.json --trials 9 --folds 4
refuse tune --state trials.json --trials 9 --set vectorizer.max_df=0.9
refuse tune --state trials.json --trials 9 --search classifier.alpha=1,2
corpus --noise 8 >data.csv
refuse tune --state trials.json --trials 9
echo '{}' >other.json
refuse tune --state other.json --trials 9
echo '{' >other.json
refuse tune --state other.json --trials 9
