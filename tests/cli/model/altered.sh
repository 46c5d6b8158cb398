# Each single bit that is turned is noticed. Told to trust the file, quoth may answer wrongly, but
# it does answer or refuse.
small_model model
python3 - <<'EOF'
import re, subprocess
content = open("model", "rb").read()
n_bits = 8 * len(content)
bits = [*range(0, 64), *range(64, n_bits, n_bits // 350), n_bits - 1]
messages = set()
for i, bit in enumerate(bits):
    altered = bytearray(content)
    altered[bit // 8] ^= 1 << bit % 8
    open("altered", "wb").write(altered)
    command = ["inspect", "altered"] if i % 2 else ["predict", "altered", "text"]
    done = subprocess.run(["quoth", *command], capture_output=True, text=True)
    line = done.stderr
    assert done.returncode == 1 and done.stdout == "" and line.count("\n") == 1, (bit, done)
    assert line.startswith("quoth: altered: "), (bit, line)
    messages.add(re.sub(r"[0-9]+|tensor [a-z_.]+", "*", line.strip()))
    done = subprocess.run(["quoth", "predict", "--no-verify", "altered", "Ada watered the roses."],
                          capture_output=True, text=True, errors="replace")
    assert done.returncode in (0, 1) and (done.stdout + done.stderr).count("\n") == 1, (bit, done)
for message in sorted(messages):
    print(message)
EOF
