# Each topic with its share of the corpus and its top words. Two groups of words that never meet
# make two topics. 20 texts have 3 words and belong to theirs by (3 + 1/2) / (3 + 2/2), 10 have 6
# words and belong to the other by (6 + 1/2) / (6 + 2/2), where 1/2 is the prior. Weighted by words:
# (60 * 0.875 + 60 * (1 - 0.929)) / 120 = 47.3 %.
python3 - >data.csv <<'EOF'
print("text,label")
for i in range(20):
    print("apple apple banana,fruit")
for i in range(10):
    print("iron iron iron copper copper zinc,metal")
EOF
quoth train data.csv -o model --set lda.n_components=2 --set lda.learning_method=batch \
  --set lda.max_iter=50 --set evaluation.train_size=0.5 >/dev/null
quoth topics model
quoth topics model --words 1
quoth topics model --words 0
quoth topics model --json >it.json
quoth topics model --json --words 4000000000 | json '[len(t["words"]) for t in it["topics"]]'
python3 - <<'EOF'
import json
it = json.load(open("it.json"))
print(list(it), list(it["topics"][0]), list(it["topics"][0]["words"][0]))
assert [t["topic"] for t in it["topics"]] == [0, 1]
assert abs(sum(t["share"] for t in it["topics"]) - 1) < 1e-12
for topic in it["topics"]:
    weights = [w["weight"] for w in topic["words"]]
    assert weights == sorted(weights, reverse=True) and abs(sum(weights) - 1) < 1e-12
    # The weights of a topic's own words are close to their shares of its texts.
    words = {w["word"]: w["weight"] for w in topic["words"]}
    expected = {"apple": 2/3, "banana": 1/3} if words["apple"] > 0.1 else \
        {"iron": 3/6, "copper": 2/6, "zinc": 1/6}
    assert all(abs(words[word] - share) < 0.05 for word, share in expected.items()), words
EOF
