# JSON Lines: strings, or objects with a text and perhaps an id, which may be anything.
small_model model
cat >lines.jsonl <<'EOF'
"Ada watered the roses."
{"text": "The knives and the soup"}

{"id": 7, "text": "sails"}
{"id": "r9", "text": "na\u00efve \ud83d\ude00 \"anchors\"", "label": "sea", "more": [1, {"a": null}]}
{"id": {"row": [1, 2]}, "text": ""}
{"id": null, "text": "line\nbreak"}
EOF
quoth predict model - --jsonl <lines.jsonl >answers
python3 - <<'EOF'
import json, subprocess
questions = [json.loads(line) for line in open("lines.jsonl") if line.strip()]
answers = [json.loads(line) for line in open("answers", encoding="utf-8")]
texts = [q if isinstance(q, str) else q["text"] for q in questions]
plain = json.loads(subprocess.run(["quoth", "predict", "model", "--json", "--", *texts], check=True,
                                  capture_output=True).stdout)["predictions"]
for question, answer, expected in zip(questions, answers, plain, strict=True):
    print(answer.get("id", "(no id)"), list(answer))
    assert ("id" in answer) == (isinstance(question, dict) and "id" in question)
    if "id" in answer:
        assert answer.pop("id") == question["id"]
    assert answer == expected
EOF
wrong() { # the lines before it are answered
  printf '"roses"\n\n%s\n"sails"\n' "$1" | quoth predict model - --jsonl >out 2>err && echo "(accepted)"
  echo "$(wc -l <out) answered; $(<err)"
}
wrong 'roses'
wrong '{"text": "roses"'
wrong '{"text": "roses"} {"text": "sails"}'
wrong '{"txt": "roses"}'
wrong '{"text": 3}'
wrong '{"text": null}'
wrong '["roses"]'
wrong '{"text": "roses", "text": "sails"}'
wrong '"\ud800"'
wrong '"a\u0000b"'
wrong $'"caf\xe9"'
printf '"caf\xe9 roses"\n' | quoth predict model - --jsonl --encoding-errors ignore |
  cmp - <(echo '"caf roses"' | quoth predict model - --jsonl)
