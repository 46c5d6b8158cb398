# Each line is answered before the next is written.
small_model model
for options in "" "--proba" "--jsonl"; do
  python3 - $options <<'EOF'
import select, subprocess, sys
process = subprocess.Popen(["quoth", "predict", "model", "-", *sys.argv[1:]],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for text in (b'"roses"\n', b'"knives"\n', b'"sails"\n') * 3:
    process.stdin.write(text)
    process.stdin.flush()
    assert select.select([process.stdout], [], [], 60)[0], "no answer while the input is open"
    assert process.stdout.readline().endswith(b"\n")
process.stdin.close()
assert process.stdout.read() == b"" and process.wait() == 0
print("answered", sys.argv[1:])
EOF
done
