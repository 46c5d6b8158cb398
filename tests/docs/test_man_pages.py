#!/usr/bin/env python3
"""The manual pages say what the program says."""
import json
import os
import re
import shutil
import subprocess
import tempfile

import program
from tap_tests import Skip, run, test

# Letter, name and argument of an option.
OPTION_IN_HELP = re.compile(r"^  (?:-(\w), |    )--([a-z-]+)(?: (\S+))?", re.M)
OPTION_IN_PAGE = re.compile(r"^(?:\*-(\w)\*, )?\*--([a-z-]+)\*(?: (\S+))?$", re.M)
# What scdoc's way of writing sets off, and no reader sees.
SCDOC = re.compile("skipping paragraph macro|lower case character in document title"
                   "|input text line longer than 80 bytes")


def plain(text):
    """Text without scdoc's marks for bold and underlined."""
    return re.sub(r"(?<!\w)_|_(?!\w)|[*]|\+\+", "", text)


def pages():
    return sorted(name[:-6] for name in os.listdir(program.MANUALS) if name.endswith(".1.scd"))


def same(ours, theirs, what):
    """Compares what a page has with what the program has."""
    assert ours == theirs, f"{what}: the page has {ours}, the program {theirs}"


@test
def all_commands():
    """each command has a page, and quoth(1) lists it with its summary"""
    found = program.commands()
    same(pages(), sorted(["quoth"] + [f"quoth-{name}" for name in found]), "pages")
    listed = re.findall(r"^\*quoth-(\w+)\*\(1\)\n\t(.*)$", program.manual("quoth"), re.M)
    same(dict(listed), found, "quoth(1)")


@test
def all_installed():
    """each page is installed"""
    build = program.read("docs", "man", "meson.build")
    same(sorted(re.findall(r"'(quoth[\w-]*)\.1'", build)), pages(), "docs/man/meson.build")


@test
def names():
    """each page's NAME has the command's summary"""
    for name, summary in program.commands().items():
        page = program.manual(f"quoth-{name}")
        same(program.section(page, "NAME").strip(), f"quoth-{name} - {summary}", name)


def usage(name):
    """The forms of a command; "A | B" stands for two unless it is in brackets."""
    line = re.search("^usage: (.*)$", program.quoth(name, "--help"), re.M).group(1)
    forms = re.split(r" \| (?![^\[]*\])", line[len(f"quoth {name} "):])
    return [f"quoth {name} {form}" for form in forms]


@test
def synopses():
    """each page's SYNOPSIS has the command's usage"""
    for name in program.commands():
        synopsis = program.section(program.manual(f"quoth-{name}"), "SYNOPSIS")
        same(plain(synopsis).strip().split("\n"), usage(name), name)


@test
def options():
    """each page's OPTIONS has the command's options"""
    for name in program.commands():
        told = program.quoth(name, "--help").split("options:\n")[1].split("\n\n")[0]
        theirs = OPTION_IN_HELP.findall(told)
        assert len(theirs) == len(re.findall("^ {2,6}-", told, re.M)), told
        listed = program.section(program.manual(f"quoth-{name}"), "OPTIONS")
        ours = [(letter, option, plain(argument))
                for letter, option, argument in OPTION_IN_PAGE.findall(listed)]
        same(ours, theirs, name)


def keys(*arguments):
    """[(key, value, what it does, what it may be)]"""
    told = program.quoth("train", "--keys", *arguments)
    found = re.findall(r"^(\S+?)=(.*)\n    (.*)\n    allowed: (.*)\n", told, re.M)
    assert told.count("\n") == 3 * len(found), told
    return found


def standard_values():
    """What a spec that says nothing about a parameter gives it."""
    told = json.loads(inspected_spec())
    for stage in told["pipeline"]:
        del stage["params"]
    del told["evaluation"]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(told, file)
        file.flush()
        return {key: value for key, value, _, _ in keys("--spec", file.name)}


def inspected_spec():
    with tempfile.TemporaryDirectory() as folder:
        program.prepare(folder)
        return program.quoth("inspect", "tickets.quoth", "--spec", cwd=folder)


@test
def parameters():
    """quoth-train(1) has the keys of --set, their values, meanings and ranges"""
    standard = standard_values()
    theirs = []
    for key, value, does, allowed in keys("--recipe", "topics-forest"):
        text = f"{does}. Allowed: {allowed}."
        if standard[key] != value:
            text += f" In a spec that leaves it out: {standard[key]}."
        theirs.append((key, value, text))
    same_keys("KEYS", theirs)


def same_keys(heading, theirs):
    listed = program.section(program.manual("quoth-train"), heading)
    ours = re.findall(r"^\*(\S+)\*=(\S+)\n((?:\t.*\n)+)", listed, re.M)
    ours = [(key, value, " ".join(text.split())) for key, value, text in ours]
    for pair in zip(ours, theirs):
        same(*pair, "quoth-train(1)")
    same(len(ours), len(theirs), "quoth-train(1)")


def stage_of(kind):
    """A stage of that type, named as its type."""
    words = {"name": "v", "type": "count_vectorizer"}
    members = {"feature_union": [words],
               "stacking": [words, {"name": "c", "type": "multinomial_nb"}]}
    return {"name": kind, "type": kind,
            **({"members": [{"name": "m", "pipeline": members[kind]}]} if kind in members else {})}


def keys_of(kind):
    """The keys of a type of stage that is named as its type."""
    before = {"hashing_vectorizer": [], "ngram_lm": [], "feature_union": [], "stacking": [],
              "conditional_logit": [stage_of("stacking")]}
    after = {"tfidf": "multinomial_nb", "hashing_vectorizer": "multinomial_nb", "feature_union": "multinomial_nb",
             "stacking": "conditional_logit"}
    spec = {"quoth_spec": 1, "evaluation": {"refit": True},
            "pipeline": before.get(kind, [{"name": "v", "type": "count_vectorizer"}])
            + [stage_of(kind)] + ([stage_of(after[kind])] if kind in after else [])}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(spec, file)
        file.flush()
        return [(key, value, f"{does}. Allowed: {allowed}.")
                for key, value, does, allowed in keys("--spec", file.name)
                if key.rpartition(".")[0] == kind]


@test
def other_parameters():
    """quoth-train(1) has the parameters of all other types of stage"""
    article = ("count_vectorizer", "latent_dirichlet_allocation", "random_forest")
    others = [kind for kind in stage_types() if kind not in article]
    same_keys("KEYS OF OTHER STAGES", [key for kind in others for key in keys_of(kind)])


def stage_types():
    """The names of all types: a spec with another one is told them."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write('{"quoth_spec": 1, "pipeline": [{"name": "v", "type": "none"}]}')
        file.flush()
        told = subprocess.run([program.PROGRAM, "train", "--keys", "--spec", file.name],
                              stderr=subprocess.PIPE, text=True).stderr
    return told.split("there are: ")[1].strip().split(", ")


@test
def references():
    """pages refer to pages that are there"""
    for page in pages():
        for name in re.findall(r"\*(quoth[\w-]*)\*\(1\)", program.manual(page)):
            assert name in pages(), f"{page}: {name}(1)"


@test
def well_formed():
    """scdoc and mandoc find nothing wrong with the pages"""
    if not shutil.which("scdoc") or not shutil.which("mandoc"):
        raise Skip("scdoc or mandoc is not installed")
    for page in pages():
        done = subprocess.run(["scdoc"], input=program.manual(page), text=True, check=True,
                              stdout=subprocess.PIPE)
        lint = subprocess.run(["mandoc", "-T", "lint"], input=done.stdout, text=True,
                              stdout=subprocess.PIPE).stdout
        faults = [line for line in lint.splitlines() if not SCDOC.search(line)]
        assert not faults, f"{page}: {faults}"


run()
