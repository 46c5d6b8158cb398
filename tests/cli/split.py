#!/usr/bin/env python3
"""Splits the rows of a CSV file as scikit-learn's train_test_split would, without it.

usage: split.py DATA.csv TRAIN_SIZE SEED TRAIN.csv TEST.csv

After scikit-learn 1.2.1, ShuffleSplit: test rows are the head of numpy's
RandomState(SEED).permutation(n), train rows are the next. Python's generator is numpy's too, the
Mersenne twister, but for how a seed becomes its state.
"""
import csv
import math
import random
import sys

N, MASK = 624, 0xFFFFFFFF


def numpy_generator(seed):
    """random.Random in the state of numpy's RandomState(seed): init_genrand of the paper."""
    state = [seed & MASK]
    for i in range(1, N):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & MASK)
    generator = random.Random()
    generator.setstate((3, (*state, N), None))
    return generator


def random_below_or_equal(generator, most):
    """numpy's random_interval: the first draw that fits under the mask of `most`."""
    mask = (1 << most.bit_length()) - 1
    while True:
        value = generator.getrandbits(32) & mask
        if value <= most:
            return value


def permutation(n, seed):
    generator = numpy_generator(seed)
    items = list(range(n))
    for i in range(n - 1, 0, -1):
        j = random_below_or_equal(generator, i)
        items[i], items[j] = items[j], items[i]
    return items


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main():
    data, train_size, seed, train, test = sys.argv[1:]
    with open(data, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    n_train = math.floor(float(train_size) * len(rows))
    n_test = len(rows) - n_train
    order = permutation(len(rows), int(seed))
    write(test, header, [rows[i] for i in order[:n_test]])
    write(train, header, [rows[i] for i in order[n_test:n_test + n_train]])


if __name__ == "__main__":
    main()
