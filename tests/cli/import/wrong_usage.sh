# A wrong command line is told.
misuse quoth import
misuse quoth import file.pkl
misuse quoth import file.pkl -o model --check texts.csv
misuse quoth import file.pkl -o model --against predictions.csv
misuse quoth import file.pkl -o model --text words
misuse quoth import file.pkl -o model --lemmatizer porter
