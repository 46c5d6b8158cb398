# Ctrl-C and other requests to end, while a command is at work: it ends by that signal, in one line,
# and leaves nothing behind; an old model stays.
corpus --rows 90 >data.csv
corpus --rows 100000 >many.csv
quoth train data.csv -o slow --set lda.n_components=300 --set forest.n_estimators=2000 \
  --set forest.min_samples_split=2 --set forest.min_samples_leaf=1 >/dev/null
echo "an old model" >old
before=$(list_files)
interrupt() {
  echo "$*"
  python3 "$CLI/interrupt.py" "$@"
  [[ $before == "$(list_files)" ]] || diff <(echo "$before") <(list_files)
}
interrupt SIGINT quoth train --recipe topics-forest data.csv -o new --set lda.max_iter=100000000
interrupt SIGTERM quoth train --recipe topics-forest data.csv -o new --set lda.max_iter=100000000
interrupt SIGHUP quoth train --recipe topics-forest data.csv -o new --set lda.max_iter=100000000
interrupt SIGINT quoth train --recipe topics-forest data.csv -o old --set lda.max_iter=100000000
interrupt SIGINT quoth train --recipe topics-forest data.csv -o new --set lda.learning_method=batch \
  --set lda.max_iter=100000000 --json
interrupt SIGINT quoth train --recipe topics-forest data.csv -o new --set forest.n_estimators=1000000
interrupt SIGTERM quoth train --recipe topics-forest data.csv -o new --set forest.n_estimators=1000000
interrupt SIGINT quoth predict slow --threads 1 --input many.csv -o out.csv
interrupt SIGINT quoth transform slow --threads 1 --input many.csv -o out.csv
interrupt SIGTERM quoth eval slow --threads 1 many.csv --picture out.png --report out.html
