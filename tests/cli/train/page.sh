# --report writes one page that needs nothing else: spec, metrics, picture, topics, provenance.
corpus >data.csv
quoth train data.csv -o model "${quick[@]}" --report page.html --json >it.json
quoth train data.csv -o model "${quick[@]}" --report again.html >tables
python3 - <<'EOF'
import html.parser, json, re, subprocess
it = json.load(open("it.json"))
page = open("page.html", encoding="utf-8").read()
class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.texts, self.open = [], []
    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            assert name not in ("src", "srcset") and not (name == "href" and ":" in value), (tag, attrs)
        assert tag not in ("script", "link", "iframe"), tag
        if tag not in ("meta", "br", "hr", "img", "input"):
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag
    def handle_data(self, data):
        self.texts.append(data)
reader = Reader()
reader.feed(page)
assert reader.open == []
text = " ".join(reader.texts)
for c in it["per_class"]:
    for part in (c["class"], "%.4f" % c["precision"], "%.4f" % c["f1"], str(c["support"])):
        assert part in text, part
for part in (it["digest"], "%.4f" % it["test_accuracy"], "%.4f" % it["test_log_loss"],
             '"n_components": 6', "data.csv"):
    assert part in text, part
topics = json.loads(subprocess.run(["quoth", "topics", "model", "--json"], capture_output=True).stdout)
for topic in topics["topics"]:
    for word in topic["words"]:
        assert word["word"] in text, word
assert page.count("<svg") >= 1 and "http://" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
EOF
# Only the times differ between two pages of the same training.
without_times() {
  sed -E 's#(<bdi>(read|vectorize|lda|forest|total)</bdi></th><td>)[0-9.]+#\1#' "$1"
}
cmp <(without_times page.html) <(without_times again.html)
