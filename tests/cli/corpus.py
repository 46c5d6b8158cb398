#!/usr/bin/env python3
"""Prints a CSV of labelled sentences, the same ones each time: id,text,label.

usage: corpus.py [--rows N] [--classes N] [--noise N] [--without LABEL]
                 [--columns ID,TEXT,LABEL] [--drop COLUMN]

Three classes, garden, kitchen and sea, have words of their own and share the rest, so that they
can be told apart. The sentences are in several scripts; some have commas, quotes and line
breaks. No random numbers: row i takes the words at multiples of i.
"""
import argparse
import csv
import io
import sys

TOPICS = {
    "garden": {
        "things": ["roses", "apple trees", "hedges", "tulips", "bees", "leaves", "ferns", "moss"],
        "places": ["orchard", "greenhouse", "meadow", "flower bed", "compost heap"],
        "deeds": ["watered", "pruned", "planted", "raked", "weeded"],
        "foreign": ["Die Gärtnerin gießt die Rosen, die Äpfel reifen.",
                    "Садовник поливает яблони и розы.",
                    "庭で薔薇とりんごの木に水をやる。"],
    },
    "kitchen": {
        "things": ["onions", "loaves", "soups", "dumplings", "knives", "spices", "pans", "dough"],
        "places": ["oven", "pantry", "stove", "bakery", "cellar"],
        "deeds": ["baked", "stirred", "salted", "chopped", "tasted"],
        "foreign": ["Ο μάγειρας κόβει κρεμμύδια και ζυμώνει ψωμί.",
                    "الطباخ يقطع البصل ويخبز الخبز",
                    "Le cuisinier goûte la soupe, coupe l’oignon."],
    },
    "sea": {
        "things": ["sails", "anchors", "whales", "gulls", "waves", "nets", "reefs", "oysters"],
        "places": ["harbour", "lighthouse", "deck", "lagoon", "sandbank"],
        "deeds": ["hoisted", "moored", "rowed", "steered", "sighted"],
        "foreign": ["Моряк поднимает паруса и якорь.",
                    "नाविक पाल और लंगर उठाता है",
                    "선원이 돛과 닻을 올린다"],
    },
}
PEOPLE = ["Ada", "the old man", "my sister", "Zoë", "nobody", "our neighbour", "a stranger"]
TIMES = ["in the morning", "at night", "yesterday", "before the rain", "on Sundays"]
FRAMES = [
    "{who} {deed} the {thing} by the {place} {when}.",
    "{when}, {who} went to the {place}; the {thing} were gone.",
    "“Where are the {thing}?” asked {who}, and {deed} some more.",
    "The {place} was full of {thing}, {other}, and more {thing}.",
    "{who} said \"leave the {thing}\" {when},\nbut {deed} them anyway.",
    "How many {thing} does it take? {who} {deed} {other} near the {place}.",
]


def sentence(topic, i):
    """The i-th sentence about a topic."""
    words = TOPICS[topic]
    if i % 8 == 7:
        return words["foreign"][i // 8 % len(words["foreign"])]
    text = FRAMES[i % len(FRAMES)].format(
        who=PEOPLE[i * 3 % len(PEOPLE)], when=TIMES[i * 2 % len(TIMES)],
        deed=words["deeds"][i // 2 % len(words["deeds"])],
        place=words["places"][i // 3 % len(words["places"])],
        thing=words["things"][i * 5 % len(words["things"])],
        other=words["things"][i * 3 % len(words["things"])])
    return text[0].upper() + text[1:]


def rows(options):
    topics = list(TOPICS)
    for i in range(options.rows):
        topic = topics[i % len(topics)]
        label = topic
        text = sentence(topic, i // len(topics))
        if options.classes:
            label = f"class {i % options.classes:03}"
            text += f" word{i % options.classes} word{i % options.classes}"
        elif options.noise and i % options.noise == 0:
            label = topics[(i + 1) % len(topics)]
        if label != options.without:
            yield [f"r{i + 1:03}", text, label]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--classes", type=int, default=0, help="so many instead of the three")
    parser.add_argument("--noise", type=int, default=0, help="every so many rows, a wrong label")
    parser.add_argument("--without", help="leave out the rows of this label")
    parser.add_argument("--columns", default="id,text,label")
    parser.add_argument("--drop", action="append", default=[], help="a column to leave out")
    options = parser.parse_args()
    names = options.columns.split(",")
    kept = [i for i, name in enumerate(names) if name not in options.drop]
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([names[i] for i in kept])
    writer.writerows([[row[i] for i in kept] for row in rows(options)])
    out.flush()


if __name__ == "__main__":
    main()
