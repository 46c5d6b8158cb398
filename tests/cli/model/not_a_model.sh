# Files that are no models: each command says so in a line.
small_model model
try() {
  refuse quoth inspect "$1"
  for command in "inspect --verify" "inspect --json" "topics" "predict" "eval"; do
    set -- "$1" $command
    case $2 in
    predict) set -- "$@" text ;;
    eval) set -- "$@" "$TMPDIR/corpus.csv" ;;
    esac
    [[ $(refuse quoth "$2" "$1" "${@:3}" | tail -n +2) == \
      $(refuse quoth inspect "$1" | tail -n +2) ]] || echo "$2 $1 differs"
  done
  [[ $(refuse quoth transform "$1" --input "$TMPDIR/corpus.csv" | tail -n +2) == \
    $(refuse quoth inspect "$1" | tail -n +2) ]] || echo "transform $1 differs"
}
try missing
try .
: >empty
try empty
printf '{' >short
try short
cp "$TMPDIR/corpus.csv" data.csv
try data.csv
quoth inspect model --spec >spec.json
try spec.json
printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\2\0\0\0' >picture.png
try picture.png
head -c 100000 /dev/zero >zeros
try zeros
printf '{"a":1}%.0s' {1..9999} >braces
try braces
python3 - <<'EOF'
import json, struct
def write(name, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    open(name, "wb").write(struct.pack("<Q", len(text)) + text + data)
weights = {"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}
write("plain.safetensors", weights, bytes(16))
write("torch.safetensors", {"__metadata__": {"format": "pt"}, **weights}, bytes(16))
write("none.safetensors", {})
write("list.safetensors", [1])
write("broken.safetensors", b'{"w": {"dtype": "F32", ')
write("numbers.safetensors", {"__metadata__": 3, **weights}, bytes(16))
EOF
for name in *.safetensors; do try "$name"; done
