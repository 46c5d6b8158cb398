# On a terminal the words are marked in the text; NO_COLOR and pipes get the plain list.
small_model model
cat >terminal.py <<'EOF'
import os, pty, re, subprocess, sys

def on_terminal(text, **env):
    ours, theirs = pty.openpty()
    program = subprocess.Popen(["quoth", "explain", "model", "--", text], stdout=theirs,
                               env=dict(os.environ, **env))
    os.close(theirs)
    data = b""
    try:
        while part := os.read(ours, 65536):
            data += part
    except OSError:
        pass  # the other end is closed
    assert program.wait() == 0
    return data.decode().replace("\r\n", "\n")

text = ("Ada planted the roses,\nthe tulips and hedges by the \x1b[31morchard, "
        "and watered a stranger's whales.")
shown = on_terminal(text)
body = shown.split("\n\n")[1]
assert re.sub("\x1b\\[[0-9;]*m", "", body) == text.replace("\x1b", "\u241b"), body
assert "\x1b[31m" not in shown, shown
marked = re.findall("\x1b\\[30;48;5;\\d+m(.*?)\x1b\\[0m", body)
answer = subprocess.run(["quoth", "explain", "model", "--", text], capture_output=True, check=True)
plain = dict(line.split("\t") for line in answer.stdout.decode().splitlines()[1:])
assert marked and set(marked) == {word for word, weight in plain.items() if float(weight)}, marked
assert on_terminal(text, NO_COLOR="1") == answer.stdout.decode()
EOF
python3 terminal.py
