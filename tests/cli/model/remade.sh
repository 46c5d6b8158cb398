# Files whose digests are right, but which are not what this version of quoth understands.
[[ $(python3 -c 'import ctypes; ctypes.CDLL("libxxhash.so.0")' 2>&1) == "" ]] || skip "no libxxhash"
small_model model
python3 "$CLI/model_file.py" model same ""
cmp model same
try() {
  python3 "$CLI/model_file.py" model remade "$1"
  echo "# $1"
  inspected=$(refuse quoth inspect remade | tail -n +2)
  predicted=$(refuse quoth predict remade text --no-verify | tail -n +2)
  echo "$inspected"
  [[ $predicted == "$inspected" ]] || echo "$predicted"
}
try 'metadata["quoth.format"] = "3"; metadata["quoth.version"] = "7.0.0"'
try 'metadata["quoth.format"] = "3"; tensors["lda.exp_beta"]["dtype"] = "BF16"'
try 'del metadata["quoth.format"]'
try 'del metadata["quoth.version"]'
try 'del metadata["quoth.spec"]'
try 'metadata["quoth.spec"] = "{}"'
try 'metadata["quoth.spec"] = metadata["quoth.spec"].replace("lda", "LDA", 1)'
try 'metadata["quoth.spec"] = metadata["quoth.spec"].replace("\"n_components\":6", "\"n_components\":7")'
try 'metadata["quoth.spec"] = metadata["quoth.spec"].replace("random_forest", "gradient_boosting")'
try 'metadata["quoth.classes"] = "[]"'
try 'metadata["quoth.classes"] = "[\"a\", 2, \"c\"]"'
try 'metadata["quoth.classes"] = "[\"a\", \"b\"]"'
try 'metadata["quoth.metrics"] = "3"'
try 'metadata["quoth.provenance"] = "{"'
try 'del tensors["forest.right"]'
try 'tensors["forest.right"]["dtype"] = "I32"'
try 't = tensors["forest.right"]; t["shape"] = [t["shape"][0], 1]'
try 't = tensors["forest.right"]; t["shape"] = [t["shape"][0] - 1]'
try 't = tensors["forest.right"]; t["shape"] = [t["shape"][0] - 1]; del t["data"][-4:]'
try 'tensors["forest.right"]["data"][0:4] = struct.pack("<I", 0)'
try 'tensors["forest.right"]["data"][0:4] = struct.pack("<I", 1 << 31)'
try 'tensors["forest.feature"]["data"][0:4] = struct.pack("<i", 6)'
try 'tensors["forest.threshold"]["data"][0:8] = struct.pack("<d", float("nan"))'
try 'tensors["forest.value"]["data"][0:8] = struct.pack("<d", -1.0)'
try 'tensors["forest.tree_begin"]["data"][-4:] = struct.pack("<I", 1 << 30)'
try 'tensors["forest.tree_begin"]["data"][4:8] = struct.pack("<I", 0)'
try 'tensors["vectorizer.vocabulary_ends"]["data"][-8:] = struct.pack("<Q", 1 << 40)'
try 'tensors["vectorizer.vocabulary_ends"]["data"][0:8] = struct.pack("<Q", 1 << 20)'
try 'tensors["vectorizer.vocabulary_index"]["data"][:] = struct.pack("<I", 1) * 256'
try 't = tensors["lda.exp_beta"]; t["shape"] = [t["shape"][1], t["shape"][0]]'
try 't = tensors["lda.exp_beta"]; t["dtype"] = "F32"'
try 't = tensors["lda.exp_beta"]; t["dtype"] = "F32"; t["shape"][1] *= 2'
try 't = tensors["lda.exp_beta"]; t["dtype"] = "F32"; t["shape"] = [t["shape"][0] * t["shape"][1] * 2]'
try 't = tensors["forest.threshold"]; t["dtype"] = "F32"; t["shape"][0] *= 2'
try 't = tensors["forest.value"]; t["dtype"] = "F32"; t["shape"][1] *= 2'
try 'settings["align"] = 1'
try 'settings["tail"] = bytes(64)'
