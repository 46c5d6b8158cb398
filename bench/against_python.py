#!/usr/bin/env python3
"""Trains and asks quoth and the Python stack on the same data, in turn, and prints a table.

usage: bench/against_python.py [DATA.csv] [--program build/quoth] [--rounds 3]
                               [--output build/bench.json]

DATA.csv (default: data/authors.csv) has columns text and author. Each round runs every program
once, one after another; numbers are medians over the rounds. Times of programs are from the start
of a process to its end; processor time counts all threads; memory is the most that a process had at
any time. fasttext and gensim take part if they are installed. OUTPUT gets all numbers, and what they
were measured on.

The recipes bayes and linear are measured beside bench/recipe.py, which reads, learns, tests, learns
from all rows and writes, as quoth does; their learning alone is what both tell of their fits. The aim
is to be 30 times faster. scikit-learn's linear takes minutes and runs once."""
import argparse
import collections
import csv
import datetime
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = ["/usr/bin/python3", "-W", "ignore", os.path.join(HERE, "pipeline.py")]
RECIPE = [*PYTHON[:-1], os.path.join(HERE, "recipe.py")]
RECIPES = ["bayes", "linear"]
TIMES_FASTER = 30
TEXT = "The old captain swore that the whale had looked at his ship before it struck her."
PREDICTIONS_A_ROUND = 5
PACKAGES = ["numpy", "scipy", "scikit-learn", "pandas", "nltk", "gensim"]


def measure(command):
    """Seconds, processor seconds, peak memory in MB, and what was printed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, printed


def python_versions():
    """{package: version} of those that Debian's Python has."""
    script = f"""
import importlib.metadata, json
versions = {{}}
for name in {PACKAGES}:
    try:
        versions[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(versions))"""
    return json.loads(measure([PYTHON[0], "-c", script])[-1])


def anew(path):
    """`path`, at which there is no file: to put one in the place of another, as in all rounds but
    the first, takes some file systems 10 ms."""
    if os.path.exists(path):
        os.remove(path)
    return path


def size_mb(*files):
    return sum(os.path.getsize(file) for file in files) / 1e6


class Side:
    """The numbers of one contender: {name: [one a round]}."""

    def __init__(self):
        self.numbers = collections.defaultdict(list)

    def note(self, **numbers):
        for name, number in numbers.items():
            self.numbers[name.replace("_", " ")].append(number)

    def medians(self):
        return {name: statistics.median(numbers) for name, numbers in self.numbers.items()}

    def note_training(self, command):
        seconds, processor, memory, printed = measure(command)
        self.note(train_and_evaluate=seconds, processor_time_of_that=processor,
                  memory_to_train=memory)
        return json.loads(printed)

    def note_first_answer(self, command):
        for _ in range(PREDICTIONS_A_ROUND):
            seconds, _, memory, _ = measure(command)
            self.note(start_to_first_answer=seconds, memory_to_answer=memory)


class Quoth(Side):
    def __init__(self, program, data, folder):
        super().__init__()
        self.program, self.data = program, data
        self.model, self.answers = os.path.join(folder, "quoth"), os.path.join(folder, "answers")

    def train(self, *options):
        return [self.program, "train", self.data, "-o", anew(self.model), "--recipe",
                "topics-forest", "--json", *options]

    def predict(self, *options):
        return [self.program, "predict", self.model, "--input", self.data, "-o",
                anew(self.answers), "--proba", *options]

    def run(self):
        balanced = json.loads(measure(self.train("--set", "forest.class_weight=balanced"))[-1])
        told = self.note_training(self.train())
        seconds = told["seconds"]
        self.note(test_accuracy=told["test_accuracy"], lda=seconds["lda"], forest=seconds["forest"],
                  read_and_vectorize=seconds["read"] + seconds["vectorize"],
                  forest_with_class_weights=balanced["seconds"]["forest"],
                  model_file=size_mb(self.model))
        self.note_first_answer([self.program, "predict", self.model, TEXT])
        self.note(predict_all_rows=measure(self.predict())[0],
                  predict_one_text=measure(self.predict("--threads", "1"))[0] / told["rows"])


class QuothRecipe(Side):
    def __init__(self, program, recipe, data, folder):
        super().__init__()
        self.model = os.path.join(folder, recipe)
        self.command = [program, "train", data, "-o", self.model, "--recipe", recipe,
                        "--set", "evaluation.stratify=true", "--json"]

    def run(self):
        anew(self.model)
        seconds, _, _, printed = measure(self.command)
        told = json.loads(printed)
        stages = {name: time for name, time in told["seconds"].items()
                  if name not in ("read", "total")}
        self.note(whole_process=seconds, learning=sum(stages.values()),
                  accuracy=told["test_accuracy"], log_loss=told["test_log_loss"])


class PythonRecipe(Side):
    def __init__(self, recipe, data, folder):
        super().__init__()
        self.model = os.path.join(folder, recipe)
        self.command = [*RECIPE, recipe, data, self.model]
        self.runs_once = recipe == "linear"

    def run(self):
        if self.runs_once and self.numbers:
            return
        anew(self.model)
        seconds, _, _, printed = measure(self.command)
        told = json.loads(printed)
        fits = [time for name, time in told["seconds"].items() if name.startswith("fit")]
        self.note(whole_process=seconds, learning=sum(fits), accuracy=told["accuracy"],
                  log_loss=told["log loss"])


class PythonStack(Side):
    def __init__(self, data, folder):
        super().__init__()
        self.data, self.folder = data, folder

    def run(self):
        for name in os.listdir(self.folder):
            anew(os.path.join(self.folder, name))
        told = self.note_training([*PYTHON, "train", self.data, self.folder])
        seconds = told["seconds"]
        files = [os.path.join(self.folder, name) for name in os.listdir(self.folder)]
        # The forest with class weights is in nobody's pipeline.
        self.numbers["train and evaluate"][-1] -= seconds["balanced forest"]
        self.numbers["processor time of that"][-1] -= seconds["balanced forest"]
        self.note(test_accuracy=told["accuracy"], lda=seconds["lda"], forest=seconds["forest"],
                  read_and_vectorize=seconds["read and vectorize"],
                  forest_with_class_weights=seconds["balanced forest"], model_file=size_mb(*files))
        self.note_first_answer([*PYTHON, "predict", self.folder, TEXT])
        told = json.loads(measure([*PYTHON, "predict-file", self.data, self.folder])[-1])
        self.note(predict_all_rows=told["all rows"], predict_one_text=told["one"])


class Others(Side):
    """What else can be measured: gensim's topics, fasttext's classifier."""

    def __init__(self, data, folder):
        super().__init__()
        self.data, self.folder = data, folder
        self.missing = [] if "gensim" in python_versions() else ["gensim"]
        self.missing += [] if shutil.which("fasttext") else ["fasttext"]

    def write_fasttext_file(self):
        path = os.path.join(self.folder, "labelled.txt")
        with open(self.data, encoding="utf-8", newline="") as file, \
                open(path, "w", encoding="utf-8") as out:
            for row in csv.DictReader(file):
                words = " ".join(re.findall(r"\w\w+", row["text"].lower()))
                out.write(f"__label__{row['author'].replace(' ', '_')} {words}\n")
        return path

    def run(self):
        if "gensim" not in self.missing:
            self.note(gensim_LdaModel=json.loads(
                measure([*PYTHON, "gensim", self.data])[-1])["gensim"])
        if "fasttext" not in self.missing:
            path = self.write_fasttext_file()
            seconds, _, memory, _ = measure(
                ["fasttext", "supervised", "-input", path, "-output",
                 os.path.join(self.folder, "fasttext"), "-thread", str(os.cpu_count())])
            self.note(fasttext_supervised=seconds, fasttext_memory=memory)


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.split("\n")[0]
    except OSError:
        return "unknown"


def environment(program):
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    return {"date": datetime.date.today().isoformat(), "processor": model and model[1],
            "cores": os.cpu_count(), "system": platform.platform(),
            "compiler": first_line("cc", "--version"), "quoth": first_line(program, "--version"),
            "python": first_line(PYTHON[0], "--version"), "packages": python_versions()}


ROWS = [("test accuracy", "{:.4f}"), ("train and evaluate", "time"),
        ("processor time of that", "time"), ("read and vectorize", "time"), ("lda", "time"),
        ("forest", "time"), ("forest with class weights", "time"), ("predict all rows", "time"),
        ("predict one text", "time"), ("start to first answer", "time"),
        ("memory to train", "{:.0f} MB"), ("memory to answer", "{:.0f} MB"),
        ("model file", "{:.1f} MB")]


def show(form, number):
    if form != "time":
        return form.format(number)
    for unit, factor in ("s", 1), ("ms", 1e3), ("µs", 1e6):
        if number * factor >= 1:
            break
    digits = 3 if number * factor >= 100 else 2
    return f"{float(f'{number * factor:.{digits}g}'):g} {unit}"


def print_table(ours, theirs):
    print("| | quoth | Python | ratio |\n|---|---|---|---|")
    for name, form in ROWS:
        our, their = ours[name], theirs[name]
        ratio = "" if name == "test accuracy" else f"{their / our:.{0 if their > 10 * our else 1}f}"
        print(f"| {name} | {show(form, our)} | {show(form, their)} | {ratio} |")


def print_recipe(recipe, ours, theirs):
    print(f"\n| {recipe} | quoth | Python | ratio |\n|---|---|---|---|")
    ratio = {name: theirs[name] / ours[name] for name in ("whole process", "learning")}
    for name in ratio:
        print(f"| {name} | {show('time', ours[name])} | {show('time', theirs[name])} | "
              f"{ratio[name]:.0f} |")
    for name in "accuracy", "log loss":
        print(f"| {name} | {ours[name]:.4f} | {theirs[name]:.4f} | |")
    verdict = "reached" if ratio["whole process"] >= TIMES_FASTER else "not reached"
    print(f"\n{recipe}: {ratio['whole process']:.0f} times faster from start to end; the aim, "
          f"{TIMES_FASTER}, is {verdict}")


def print_others(others, ours):
    numbers = others.medians()
    for name, what in ("gensim LdaModel", "lda"), ("fasttext supervised", "train and evaluate"):
        if name in numbers:
            print(f"{name}: {show('time', numbers[name])}, quoth's {what} {show('time', ours[what])}")
    for name in others.missing:
        print(f"{name} is not installed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", default="data/authors.csv")
    parser.add_argument("--program", default="build/quoth")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", default="build/bench.json")
    options = parser.parse_args()
    program, load = os.path.abspath(options.program), [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other, \
            tempfile.TemporaryDirectory() as third:
        sides = {"quoth": Quoth(program, options.data, one),
                 "python": PythonStack(options.data, other), "others": Others(options.data, third)}
        for recipe in RECIPES:
            sides[f"quoth {recipe}"] = QuothRecipe(program, recipe, options.data, third)
            sides[f"python {recipe}"] = PythonRecipe(recipe, options.data, third)
        for _ in range(options.rounds):
            for side in sides.values():
                side.run()
                load.append(os.getloadavg()[0])
    ours = sides["quoth"].medians()
    print_table(ours, sides["python"].medians())
    print()
    print_others(sides["others"], ours)
    for recipe in RECIPES:
        print_recipe(recipe, sides[f"quoth {recipe}"].medians(),
                     sides[f"python {recipe}"].medians())
    with open(options.output, "w") as file:
        json.dump({"data": options.data, "rounds": options.rounds, **environment(program),
                   "load": load, "missing": sides["others"].missing,
                   "numbers": {name: side.numbers for name, side in sides.items()}}, file, indent=1)


if __name__ == "__main__":
    main()
