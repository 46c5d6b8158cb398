#!/usr/bin/env python3
"""Measures predictions as scikit-learn would, without it.

usage: metrics.py TRUE.csv PROBABILITIES.csv            prints the metrics as JSON
       metrics.py TRUE.csv PROBABILITIES.csv --compare  ... and JSON on stdin must agree

TRUE.csv has a column "label"; PROBABILITIES.csv has a column "id" and one for each class. Their
rows are in the same order.
"""
import csv
import json
import math
import sys

TOLERANCE = 1e-12  # sums of a few hundred terms, in another order


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ratio(a, b):
    return a / b if b else 0.0


def class_metrics(matrix, c):
    hits, support = matrix[c][c], sum(matrix[c])
    precision = ratio(hits, sum(row[c] for row in matrix))
    recall = ratio(hits, support)
    f1 = ratio(2 * precision * recall, precision + recall)
    return {"precision": precision, "recall": recall, "f1": f1, "support": support}


def average(per_class, weights, n):
    means = {key: ratio(sum(w * m[key] for w, m in zip(weights, per_class)), sum(weights))
             for key in ("precision", "recall", "f1")}
    return {**means, "support": n}


def measure(true, probabilities):
    classes = [name for name in probabilities[0] if name != "id"]
    matrix = [[0] * len(classes) for _ in classes]
    loss = []
    epsilon = 2.0 ** -52
    for row, chances in zip(true, probabilities):
        p = [float(chances[name]) for name in classes]
        label = classes.index(row["label"])
        matrix[label][p.index(max(p))] += 1
        p = [min(max(value, epsilon), 1 - epsilon) for value in p]
        loss.append(-math.log(p[label] / math.fsum(p)))
    per_class = [class_metrics(matrix, c) for c in range(len(classes))]
    n = len(true)
    return {
        "classes": classes, "rows": n,
        "accuracy": sum(matrix[c][c] for c in range(len(classes))) / n,
        "log_loss": math.fsum(loss) / n, "confusion_matrix": matrix,
        "per_class": [{"class": name, **m} for name, m in zip(classes, per_class)],
        "macro": average(per_class, [1] * len(classes), n),
        "weighted": average(per_class, [m["support"] for m in per_class], n),
    }


def check(where, expected, actual):
    if isinstance(expected, dict):
        for key, value in expected.items():
            check(f"{where}.{key}", value, actual[key])
    elif isinstance(expected, list):
        assert len(expected) == len(actual), where
        for i, value in enumerate(expected):
            check(f"{where}[{i}]", value, actual[i])
    elif isinstance(expected, float):
        assert math.isclose(expected, actual, rel_tol=TOLERANCE, abs_tol=TOLERANCE), \
            f"{where}: {actual}, expected {expected}"
    else:
        assert expected == actual, f"{where}: {actual}, expected {expected}"


def main():
    result = measure(read(sys.argv[1]), read(sys.argv[2]))
    if "--compare" in sys.argv:
        check("it", result, json.load(sys.stdin))
    else:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
