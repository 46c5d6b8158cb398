# A pipeline as scikit-learn's, of Python's standard library. Probabilities: exp of the sums of its
# words' logs, over both classes'.
python3 "$CLI/sklearn_pickles.py" pipeline.pkl
quoth import pipeline.pkl -o model | sed 's/[0-9,]* bytes/... bytes/'
quoth predict model "A refund for the BOX, the box."
quoth inspect model | grep -vE '^(digest|made by)' | first 9
python3 - <<'END'
import csv, math
logs = {"box": (-0.5, -2.5), "driver": (-3, -0.75), "invoice": (-1, -1.5), "refund": (-2, -1.25)}
texts = ["box refund box", "driver", "nothing known", "invoice invoice refund"]
with open("texts.csv", "w") as out, open("predictions.csv", "w") as against:
    print("text", file=out)
    print("billing,delivery", file=against)
    for text in texts:
        print(text, file=out)
        sums = [math.exp(sum(logs[word][c] for word in text.split() if word in logs))
                for c in (0, 1)]
        print(*(total / sum(sums) for total in sums), sep=",", file=against)
END
quoth import pipeline.pkl -o proved --check texts.csv --against predictions.csv |
  sed 's/probability .*/probability .../; s/[0-9,]* bytes/... bytes/'
quoth inspect proved | grep checked
quoth import - -o proved --json <pipeline.pkl | json 'it["imported"]["files"][0]["name"]'
# What differs is told, and leaves nothing.
sed -i '3s/.*/0.5,0.5/' predictions.csv
quoth import pipeline.pkl -o differs --check texts.csv --against predictions.csv || echo "status $?"
ls
