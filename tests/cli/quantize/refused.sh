# What can't be quantized, and what a quantized model can't do.
small_model model
refuse quoth quantize model -o small
[[ ! -e small ]]
python3 "$CLI/corpus.py" --rows 60 >data.csv
quoth train data.csv --recipe bayes -o model >/dev/null
quoth quantize model -o small >/dev/null
refuse quoth quantize small -o smaller
refuse quoth export small --python folder
refuse quoth inspect small --vocabulary
refuse quoth quantize model -o model
refuse quoth quantize data.csv -o other
python3 "$CLI/corpus.py" --rows 60 | sed -e 's/,sea$/,see/' >others.csv
refuse quoth quantize model -o other --check others.csv
[[ ! -e other ]]
misuse quoth quantize model
misuse quoth quantize -o small
misuse quoth quantize model -o small --threads 2
misuse quoth quantize model -o small --max-loss 0.1
misuse quoth quantize model -o small --check data.csv --max-loss -0.1
misuse quoth quantize model -o small --check data.csv --max-loss inf
head -n 2 data.csv >one.csv
refuse quoth quantize model -o other --check one.csv --max-loss 0.1
