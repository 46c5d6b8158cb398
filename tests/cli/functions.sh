# What the cases share; run.py loads it before each of them.

# A case may stop anywhere; say where.
set -E
trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: failed: $BASH_COMMAND" >&2' ERR

# Cases are about topics-forest, whose parameters most of them set, unless they name something else.
quoth() {
  if [[ ${1-} == train && " $* " != *" --recipe"* && " $* " != *" --spec"* ]]; then
    set -- train --recipe topics-forest "${@:2}"
  fi
  command quoth "$@" || return
}

# A quick small pipeline, whose trees do split.
quick=(--set lda.n_components=6 --set lda.max_iter=3 --set forest.n_estimators=20
  --set forest.min_samples_split=2 --set forest.min_samples_leaf=1)

# corpus [OPTION]...: prints a CSV of sentences (corpus.py).
corpus() { python3 "$CLI/corpus.py" "$@"; }

# small_model FILE: trains on the corpus, in silence.
small_model() {
  corpus >"$TMPDIR/corpus.csv"
  quoth train "$TMPDIR/corpus.csv" -o "$1" "${quick[@]}" >/dev/null
}

# json EXPRESSION [FILE]: prints what Python makes of `it`, the JSON in FILE or on standard input.
json() {
  python3 -c 'import json, sys; it = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" \
    <"${2:-/dev/stdin}"
}

# first N: the first lines of standard input, all of which it reads.
first() { sed -n "1,$1p"; }

skip() {
  echo "$*" >&2
  exit 77
}

# All files here, with what would change if they did.
list_files() { find . -type d -printf '%p\n' -o -printf '%p %i %s %T@\n' | sort; }

# Runs a command that must print nothing on stdout and leave the files here alone; prints it and
# the first line of its stderr. $1: the exit status to be.
run_failing() {
  local wanted=$1 status=0 before
  shift
  before=$(list_files)
  "$@" >"$TMPDIR/stdout" 2>"$TMPDIR/stderr" || status=$?
  printf '$ %s\n' "$*"
  head -n 1 "$TMPDIR/stderr"
  [[ $status == "$wanted" ]] || echo "(exit status $status)"
  [[ ! -s $TMPDIR/stdout ]] || echo "(it prints on stdout as well)"
  [[ $before == "$(list_files)" ]] || echo "(it changes files)"
}

# refuse COMMAND...: it fails as all failures should: status 1, and one line on stderr.
refuse() {
  run_failing 1 "$@"
  [[ $(wc -l <"$TMPDIR/stderr") == 1 && $(<"$TMPDIR/stderr") == "quoth: "* ]] ||
    echo "(not one line that begins with quoth: )"
}

# misuse COMMAND...: it is wrong usage: status 2, and the way to help in the last line of stderr.
misuse() {
  run_failing 2 "$@"
  [[ $(tail -n 1 "$TMPDIR/stderr") == "try: quoth "*"--help" ]] || echo "(no way to help)"
}

# fake_runtime FILE [OPTION]...: an executable that is none, for quoth package (elf.py).
fake_runtime() { python3 "$CLI/elf.py" "${@:2}" >"$1"; }
