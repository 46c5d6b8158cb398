# --picture draws the matrix in three formats; the same matrix gives the same bytes.
corpus >data.csv
for format in png svg pdf PNG; do
  quoth train data.csv -o model "${quick[@]}" --picture matrix.$format >/dev/null
  quoth train data.csv -o model "${quick[@]}" --picture again.$format >/dev/null
  cmp matrix.$format again.$format
  head -c 4 matrix.$format | od -An -c | tr -s ' '
done
python3 - <<'EOF'
import json, re, struct, subprocess, xml.dom.minidom
png = open("matrix.png", "rb").read()
assert png[:8] == b"\x89PNG\r\n\x1a\n" and png[-8:-4] == b"IEND"
width, height = struct.unpack(">II", png[16:24])
assert 200 < width < 5300 and 200 < height < 5300
xml.dom.minidom.parse("matrix.svg")
pdf = open("matrix.pdf", "rb").read()
assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
EOF
refuse quoth train data.csv -o new --picture matrix.gif
refuse quoth train data.csv -o new --picture matrix
# Two classes, and 200.
for classes in 2 200; do
  corpus --classes $classes --rows 800 >data.csv
  quoth train data.csv -o model "${quick[@]}" --picture many.png --picture many.svg >/dev/null
  quoth eval model data.csv --picture many.pdf >/dev/null
  quoth eval model data.csv --picture many.png | first 1
  ls many.*
  rm many.*
done
