# A byte order mark, CR LF, CR, blank lines and a last line without a line break change nothing.
corpus >data.csv
train() { quoth train "$1" -o "$2" "${quick[@]}" >/dev/null; }
# Line breaks inside of fields are kept as they are, and are no part of a word.
python3 - <<'EOF'
data = open("data.csv", "rb").read()
variants = {
    "bom": b"\xef\xbb\xbf" + data,
    "crlf": data.replace(b"\n", b"\r\n"),
    "cr": data.replace(b"\n", b"\r"),
    "cut": data[:-1],
    "crlf-cut": data.replace(b"\n", b"\r\n")[:-2],
    "blank": b"\n" + data.replace(b"\nr", b"\n\n \t\nr") + b"\n\n\n",
    "all": b"\xef\xbb\xbf\r\n" + data.replace(b"\n", b"\r\n")[:-2],
}
for name, content in variants.items():
    open(name + ".csv", "wb").write(content)
EOF
train data.csv model
quoth predict model --input data.csv --proba >proba
for file in bom crlf cr cut crlf-cut blank all; do
  train $file.csv $file
  cmp <(quoth inspect model | grep -v igest | grep -v "^trained") \
    <(quoth inspect $file | grep -v igest | grep -v "^trained")
  cmp <(quoth inspect model --vocabulary) <(quoth inspect $file --vocabulary)
  cmp proba <(quoth predict model --input $file.csv --proba)
  cmp proba <(quoth predict $file --input data.csv --proba)
done
refuse quoth train <(python3 -c '
import sys
sys.stdout.buffer.write("text,label\ncat,a\n".encode("utf-16"))') -o other | grep -o 'this is UTF-16.*'
