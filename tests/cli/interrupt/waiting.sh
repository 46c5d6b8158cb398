# A command that waits for its input ends at once.
small_model model
interrupt() {
  echo "$*"
  python3 "$CLI/interrupt.py" "$@"
  [[ $(ls -A) == model ]] || ls -A
}
interrupt SIGINT quoth train - -o new
interrupt SIGTERM quoth train - -o new
interrupt SIGINT quoth train data.csv -o new --spec -
interrupt SIGINT quoth eval model - --report page.html
interrupt SIGINT quoth predict model --input - -o out.csv
interrupt SIGINT quoth predict model -
interrupt SIGINT quoth transform model --input - -o out.csv
