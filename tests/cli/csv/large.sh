# A field of 100 MB: one word, many words, doubled quotes. Each is one text like others.
python3 - <<'EOF'
rows = b"text,label\n" + b"cats sat,a\ndogs ran,b\n" * 20
size = 100_000_000
for name, field in (("word", b"x" * size), ("words", b"ab cats " * (size // 8)),
                    ("quotes", b'"' + b'""\n ' * (size // 4) + b'cats"')):
    with open(name + ".csv", "wb") as file:
        file.write(rows + field + b",a\n")
EOF
for name in word words quotes; do
  quoth train $name.csv -o model --set vectorizer.min_df=1 "${quick[@]}" | first 3
done
cut -d , -f 1 word.csv | quoth predict model - | wc -l
