# What train prints. Each class has words of its own, so the forest is always right: 120 rows, 12
# terms, 2 of them in each row; 30 rows to train on; the classes' shares of the other 90 are those
# of scikit-learn's split. The classes' names are shown as they are, and in order.
python3 - >data.csv <<'EOF'
words = {"été": "soleil plage chaleur vacances", "winter": "snow ice frost sledge",
         "осень": "листья дождь туман урожай"}
print("id,text,season")
for i in range(120):
    label = list(words)[i % 3]
    four = words[label].split()
    print(f"{i},{four[i // 3 % 4]} {four[(i // 3 + 1) % 4]},{label}")
EOF
quoth train data.csv -o model --label season --set lda.n_components=3 \
  --set lda.learning_method=batch --set forest.n_estimators=10 \
  --set forest.min_samples_split=2 --set forest.min_samples_leaf=1
python3 "$CLI/split.py" data.csv 0.25 0 train.csv test.csv
for class in winter été осень; do
  echo "$class $(grep -c ",$class$" test.csv) test rows"
done
