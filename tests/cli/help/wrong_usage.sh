# Wrong usage ends with status 2 and says what would be right.
misuse quoth learn
misuse quoth --learn
misuse quoth help learn
misuse quoth train
misuse quoth train data.csv
misuse quoth train data.csv more.csv -o model
misuse quoth train data.csv -o
misuse quoth train data.csv -o model --colour
misuse quoth train data.csv -o model --colour=red
misuse quoth train data.csv -o model -x
misuse quoth train data.csv -o model --json=yes
misuse quoth train data.csv -o model --seed
misuse quoth train data.csv -o model --seed=
misuse quoth train data.csv -o model --seed -1
misuse quoth train data.csv -o model --seed 1.5
misuse quoth train data.csv -o model --seed 4294967296
misuse quoth train data.csv -o model --threads many
misuse quoth train data.csv -o model --recipe soup
misuse quoth train data.csv -o model --encoding-errors surrogateescape
misuse quoth train data.csv -o model --recipe topics-forest --spec spec.json
misuse quoth eval
misuse quoth eval model
misuse quoth eval model data.csv more.csv
misuse quoth eval model data.csv --proba
misuse quoth predict
misuse quoth predict model
misuse quoth predict model text --input data.csv
misuse quoth predict model text -o out.csv
misuse quoth predict model - text
misuse quoth predict model text --jsonl
misuse quoth predict model --input data.csv --jsonl
misuse quoth predict model --input data.csv --json
misuse quoth predict model - --json
misuse quoth predict model text --text body
misuse quoth predict model - --id key
misuse quoth predict model text --threads 2
misuse quoth predict model "- he said"
misuse quoth explain
misuse quoth explain model
misuse quoth explain model text --words many
misuse quoth serve
misuse quoth serve model --threads many
misuse quoth serve model --listen nowhere --log xml
misuse quoth transform
misuse quoth transform model
misuse quoth transform model data.csv
misuse quoth topics
misuse quoth topics model other
misuse quoth topics model --words ten
misuse quoth inspect
misuse quoth inspect model other
misuse quoth inspect model --spec --vocabulary
misuse quoth inspect model --verify --json
misuse quoth completion
misuse quoth completion tcsh
