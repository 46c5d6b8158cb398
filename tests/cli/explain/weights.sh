# Weights are what Python finds by leaving words out and asking quoth predict again.
corpus >data.csv
quoth train data.csv -o model "${quick[@]}" --set vectorizer.lemmatizer=null >/dev/null
python3 - <<'EOF'
import json, math, re, subprocess

def run(*arguments):
    return subprocess.run(["quoth", *arguments], check=True, capture_output=True).stdout.decode()

def log_odds(text, label):
    p = json.loads(run("predict", "model", "--json", "--", text))["predictions"][0]["probabilities"]
    p = min(max(p[label], 2.0 ** -52), 1 - 2.0 ** -52)
    return math.log(p / (1 - p))

known = set(run("inspect", "model", "--vocabulary").split())
texts = ["Zoë watered the roses; ROSES, “tulips” and\nwhales by the orchard 😀 yesterday.",
         "Моряк поднимает паруса и якорь. knives", "nothing that it knows", ""]
answer = json.loads(run("explain", "model", "--json", "--", *texts))
n_weights = 0
for text, prediction in zip(texts, answer["predictions"], strict=True):
    words = [(m.group(), len(text[:m.start()].encode()), len(text[:m.end()].encode()))
             for m in re.finditer(r"(?u)\b\w\w+\b", text) if m.group().lower() in known]
    found = [(w["word"], w["start"], w["end"]) for w in prediction["explanation"]]
    assert found == words, (found, words)
    for word in prediction["explanation"]:
        rest = re.sub(rf"\b{word['word']}\b", " ", text, flags=re.IGNORECASE)
        weight = log_odds(text, prediction["label"]) - log_odds(rest, prediction["label"])
        assert abs(weight - word["weight"]) < 1e-9, (word, weight)
        n_weights += weight != 0
    expected = json.loads(run("predict", "model", "--json", "--", text))["predictions"][0]
    del prediction["explanation"]
    assert prediction == expected, prediction
assert n_weights > 4, n_weights
EOF
