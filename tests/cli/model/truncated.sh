# A model cut off anywhere is refused, and so is one with something behind its end.
small_model model
corpus --rows 20 >data.csv
python3 - <<'EOF'
import collections, os, re, subprocess
content = open("model", "rb").read()
n = len(content)
lengths = [*range(0, 20), *range(20, n, n // 151), n - 64, n - 8, n - 1]
messages = collections.Counter()
def check(*command):
    done = subprocess.run(["quoth", *command], capture_output=True, text=True)
    line = done.stderr
    assert done.returncode == 1 and done.stdout == "" and line.count("\n") == 1, (command, done)
    assert line.startswith("quoth: cut: "), line
    messages[re.sub(r"[0-9]+|tensor [a-z_.]+", "*", line.strip())] += 1
for i, length in enumerate(lengths):
    open("cut", "wb").write(content[:length])
    check(*[["inspect", "cut"], ["predict", "cut", "text"], ["eval", "cut", "data.csv"],
            ["predict", "--no-verify", "cut", "text"]][i % 4])
for tail in (b"\0", b"\n", bytes(64), content):
    open("cut", "wb").write(content + tail)
    check("inspect", "cut")
    check("predict", "--no-verify", "cut", "text")
for message in sorted(messages):
    print(message)
EOF
