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


def roc_auc(labels, scores, c):
    """Every pair of a row of class `c` and another row, counted; None where there is none."""
    inside = [s for s, label in zip(scores, labels) if label == c]
    outside = [s for s, label in zip(scores, labels) if label != c]
    if not inside or not outside:
        return None
    won = sum((a > b) + (a == b) / 2 for a in inside for b in outside)
    return won / (len(inside) * len(outside))


def calibration_error(confidences, is_right, n_bins=15):
    """Of bins (b / n_bins, (b + 1) / n_bins], the first with 0."""
    bins = [[] for _ in range(n_bins)]
    for p, right in zip(confidences, is_right):
        bins[sum(p > b / n_bins for b in range(1, n_bins))].append((p, right))
    return sum(abs(sum(p for p, _ in rows) - sum(right for _, right in rows))
               for rows in bins) / len(confidences)


def top_k(labels, chances, k):
    """Of equals the last comes first; None if any answer would do."""
    if len(chances[0]) <= k:
        return None
    ranks = [sorted(range(len(p)), key=lambda c: (p[c], c), reverse=True) for p in chances]
    return sum(label in rank[:k] for label, rank in zip(labels, ranks)) / len(labels)


def average(per_class, weights, n):
    means = {key: ratio(sum(w * m[key] for w, m in zip(weights, per_class)), sum(weights))
             for key in ("precision", "recall", "f1")}
    areas = [m["roc_auc"] for m in per_class]
    if None in areas:
        means["roc_auc"] = None
    elif len(areas) == 2:
        means["roc_auc"] = areas[1]
    else:
        means["roc_auc"] = sum(w * a for w, a in zip(weights, areas)) / sum(weights)
    return {**means, "support": n}


def measure(true, probabilities):
    classes = [name for name in probabilities[0] if name != "id"]
    matrix = [[0] * len(classes) for _ in classes]
    loss, distances, labels, all_chances = [], [], [], []
    epsilon = 2.0 ** -52
    for row, chances in zip(true, probabilities):
        p = [float(chances[name]) for name in classes]
        label = classes.index(row["label"])
        matrix[label][p.index(max(p))] += 1
        labels.append(label)
        all_chances.append(p)
        distances.append(sum((q - (c == label)) ** 2 for c, q in enumerate(p)))
        p = [min(max(value, epsilon), 1 - epsilon) for value in p]
        loss.append(-math.log(p[label] / math.fsum(p)))
    per_class = [class_metrics(matrix, c) for c in range(len(classes))]
    for c, m in enumerate(per_class):
        m["roc_auc"] = roc_auc(labels, [p[c] for p in all_chances], c)
    is_right = [p.index(max(p)) == label for p, label in zip(all_chances, labels)]
    n = len(true)
    return {
        "classes": classes, "rows": n,
        "accuracy": sum(matrix[c][c] for c in range(len(classes))) / n,
        "log_loss": math.fsum(loss) / n, "confusion_matrix": matrix,
        "per_class": [{"class": name, **m} for name, m in zip(classes, per_class)],
        "macro": average(per_class, [1] * len(classes), n),
        "weighted": average(per_class, [m["support"] for m in per_class], n),
        "brier_score": math.fsum(distances) / n,
        "top_2_accuracy": top_k(labels, all_chances, 2),
        "top_3_accuracy": top_k(labels, all_chances, 3),
        "calibration_error": calibration_error(list(map(max, all_chances)), is_right),
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
