# The folder appears whole, or not at all.
corpus >data.csv
quoth train data.csv -o model --recipe bayes >report
quoth export model --python out
mkdir empty
quoth export model --python ./empty/
diff -r out empty
quoth export model --python out/inside
refuse quoth export model --python out
refuse quoth export model --python report
refuse quoth export model --python nowhere/out
refuse quoth export report --python new
quoth train data.csv -o language --recipe ngram >report
refuse quoth export language --python new
# A disk that is full, for this program: nothing is left.
trap '' XFSZ
(ulimit -f 2 && refuse quoth export model --python full)
ls -d ./*
# Each array is as numpy writes it: the magic, the version, a dictionary, and a line break before a
# multiple of 64 bytes; then the numbers alone.
python3 - out <<'END'
import ast, json, pathlib, struct, sys
folder = pathlib.Path(sys.argv[1])
sizes = {"|u1": 1, "<u8": 8, "<f8": 8}
arrays = {}
for path in sorted(folder.glob("*.npy")):
    data = path.read_bytes()
    assert data[:8] == b"\x93NUMPY\x01\x00"
    end = 10 + struct.unpack_from("<H", data, 8)[0]
    assert end % 64 == 0 and data[end - 1:end] == b"\n"
    header = ast.literal_eval(data[10:end].decode())
    count = 1
    for extent in header["shape"]:
        count *= extent
    assert len(data) == end + count * sizes[header["descr"]], path
    assert header["fortran_order"] is False
    arrays[path.name] = header["descr"], len(header["shape"]), data[end:]
print(*((name, *about[:2]) for name, about in arrays.items()), sep="\n")
text = arrays["vectorizer.vocabulary.npy"][2]
ends = struct.unpack(f"<{len(arrays['vectorizer.vocabulary_ends.npy'][2]) // 8}Q",
                     arrays["vectorizer.vocabulary_ends.npy"][2])
terms = [text[a:b] for a, b in zip((0, *ends), ends)]
print(terms == sorted(terms), ends[-1] == len(text))
print(json.loads((folder / "model.json").read_text())["classes"])
END
