# Texts that a model knows no term of, by kinds of model; a union or a stack knows what a member does.
python3 - <<'EOF'
import json

WORDS = {"name": "v", "type": "count_vectorizer", "params": {"min_df": 2}}
PAIRS = {**WORDS, "params": {"analyzer": "char", "ngram_range": [2, 2]}}
BAYES = {"name": "b", "type": "multinomial_nb"}
LM = {"name": "lm", "type": "ngram_lm", "params": {"analyzer": "word"}}


def tree(type, *pipelines):
    return {"name": "top", "type": type, "members":
            [{"name": f"m{i}", "pipeline": stages} for i, stages in enumerate(pipelines)]}


for name, *pipeline in [
        ("words", WORDS, BAYES), ("lm", LM),
        ("hashes", {"name": "h", "type": "hashing_vectorizer", "params": {"n_features": 4096}},
         {"name": "l", "type": "logistic_regression"}),
        ("union", tree("feature_union", [WORDS], [PAIRS]), BAYES),
        ("stack", tree("stacking", [WORDS, BAYES], [PAIRS, BAYES]),
         {"name": "l", "type": "conditional_logit"})]:
    spec = {"quoth_spec": 1, "pipeline": pipeline, "evaluation": {"test_size": .2, "refit": True}}
    json.dump(spec, open(name + ".json", "w"))
EOF
corpus >data.csv
printf 'text,label\nwaves,sea\n"qx,",garden\n,garden\n' >new.csv
for kind in words lm hashes union stack; do
  quoth train data.csv -o "$kind" --spec "$kind.json" >/dev/null
  echo "$kind"
  # "zzthe": no word that was seen, but pairs of characters.
  quoth predict "$kind" waves zzthe '~' '' --json 2>notes |
    python3 -c 'import json, sys; print([p.get("unknown", False) for p in json.load(sys.stdin)["predictions"]])'
  cat notes
  for command in "predict $kind --input new.csv -o out.csv" "eval $kind new.csv --json"; do
    # shellcheck disable=SC2086
    quoth $command 2>&1 | grep -E "unknown|note"
  done
done
