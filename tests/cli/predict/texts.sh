# Texts of the command line: a line each, label and probability; --proba gives all classes.
small_model model
quoth predict model "Ada watered the roses." "The knives, the stove, the soup" "" >lines
wc -l <lines
quoth predict model --proba "Ada watered the roses." "The knives, the stove, the soup" "" >all
quoth predict model --json "Ada watered the roses." "The knives, the stove, the soup" "" >it.json
python3 - <<'EOF'
import json
it = json.load(open("it.json"))
print(list(it), list(it["model"]), list(it["predictions"][0]), list(it["predictions"][0]["probabilities"]))
lines = [line.rstrip("\n").split("\t") for line in open("lines", encoding="utf-8")]
all_classes = [line.rstrip("\n").split("\t") for line in open("all", encoding="utf-8")]
for prediction, line, cells in zip(it["predictions"], lines, all_classes, strict=True):
    chances = prediction["probabilities"]
    assert abs(sum(chances.values()) - 1) < 1e-12
    assert prediction["label"] == max(chances, key=chances.get)
    assert prediction["probability"] == chances[prediction["label"]]
    assert line[0] == prediction["label"] and float(line[1]) == prediction["probability"]
    assert cells[0::2] == list(chances) and list(map(float, cells[1::2])) == list(chances.values())
EOF
[[ $(json 'it["model"]["digest"]' it.json) == $(quoth inspect model --json | json 'it["digest"]') ]]
# Texts that begin with -, and words in other places.
quoth predict model -- -5 --proba | wc -l
quoth predict --no-verify model "roses" | wc -l
