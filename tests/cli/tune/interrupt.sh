# Ctrl-C ends a search that would go on for hours: the best so far is written and told, and the
# trials are kept. In the first trial there is nothing to write, and the program just ends.
corpus --noise 7 >data.csv
interrupt() { python3 "$CLI/interrupt.py" "$@" 2>&1; }
interrupt SIGINT quoth tune data.csv --recipe bayes --time 100000 -o spec.json --state trials.json \
  >ended.txt
sed -n '1,2p; $p' ended.txt
[[ $(grep -c 'as given' ended.txt) -ge 1 ]]
quoth train data.csv --spec spec.json -o model >/dev/null
n=$(json 'len(it["trials"])' trials.json)
quoth tune data.csv --recipe bayes --time 0 -o again.json --state trials.json --json >it.json
[[ $(json 'len(it["trials"])' it.json) == "$n" ]]
cmp spec.json again.json
before=$(list_files)
interrupt SIGTERM quoth tune data.csv --recipe topics-forest --set lda.max_iter=100000000 --time 0 -o new.json \
  --state new.trials
[[ $before == "$(list_files)" ]] || diff <(echo "$before") <(list_files)
