#!/usr/bin/env python3
"""Writes the dictionary of src/text/lemmatizer.c.

usage: make_wordnet.py LEMMATIZER_H WORDNET_FOLDER OUTPUT

The inputs are src/text/lemmatizer.h, which says the version of WordNet, and the folder with
that version's index.* and *.exc. The dictionary is a minimal acyclic automaton: a word is a
lemma if its bytes lead from the root over edges of which the last says so. A state is the run
of its edges, and is named by the offset of the first in wordnet_edges; the root is 1. An edge
begins with a byte: label in bits 0-5, LAST (of its state) in bit 6, NEXT in bit 7.

  NEXT set    the edge ends here. It is the last of its state, no lemma ends with it, and its
              target lies right behind it.
  NEXT clear  three more bytes, lowest first: the target in bits 0-19 (0: none), and in
              bits 20-23 the parts of speech of the lemma that ends here.

wordnet_labels[byte] is the label of a byte of a word, 0 for bytes that no word has. Labels 1
to 4 stand for the parts of speech: such an edge, at the state that an irregular form leads to,
holds the form's lemma: the number of an answer instead of a target. An answer, in three
arrays, is how many bytes to remove from the end of the form, and which part of wordnet_tails
to add. Answer 0 is not used.
"""
import collections
import os
import sys

import c_table

PARTS_OF_SPEECH = ["noun", "verb", "adj", "adv"]  # ORDER PARTS: as in src/text/lemmatizer.c
N_PARTS = len(PARTS_OF_SPEECH)
ROOT, LAST, NEXT, MASK_SHIFT = 1, 0x40, 0x80, 20  # ORDER EDGE: as in src/text/lemmatizer.c

Edge = collections.namedtuple("Edge", "label mask target")


def read_lemmas(folder, version):
    """{lemma: mask of its parts of speech}"""
    lemmas = collections.defaultdict(int)
    for part, name in enumerate(PARTS_OF_SPEECH):
        with open(os.path.join(folder, f"index.{name}"), encoding="ascii") as lines:
            licence = ""
            for line in lines:
                if line.startswith(" "):
                    licence += line
                else:
                    lemmas[line.split()[0]] |= 1 << part
            if f"WordNet {version} Copyright" not in licence:
                sys.exit(f"{lines.name} is not of WordNet {version}")
    return lemmas


def read_exceptions(folder):
    """{form: its lemmas} of each part of speech; the last line of a form counts."""
    exceptions = []
    for name in PARTS_OF_SPEECH:
        with open(os.path.join(folder, f"{name}.exc"), encoding="ascii") as lines:
            exceptions.append({form: found for form, *found in map(str.split, lines)})
    return exceptions


def make_answers(lemmas, exceptions):
    """Yields (form, part, bytes to remove, tail to add) for each irregular form: among the
    form and its lemmas that are in the dictionary the shortest, the first of equals, or else
    the form."""
    for part, lemmas_of in enumerate(exceptions):
        for form, found in lemmas_of.items():
            known = [word for word in [form] + found if lemmas.get(word, 0) >> part & 1]
            answer = min(known, key=len, default=form)
            head = os.path.commonprefix([form, answer])
            yield form, part, len(form) - len(head), answer[len(head):]


def make_automaton(words):
    """The states of the minimal automaton of `words`, which are sorted (labels, last edge's
    mask, last edge's target): a list of lists of edges, targets first and the root last.

    Daciuk et al., Incremental construction of minimal acyclic finite-state automata (2000),
    algorithm 1, with masks at the edges instead of the states.
    """
    states, numbers = [], {}
    path = [[]]  # edges of the states on the way of the last word
    last = ()

    def freeze(depth):
        while len(path) > depth + 1:
            edges = tuple(path.pop())
            if not edges:
                continue
            if edges not in numbers:
                numbers[edges] = len(states)
                states.append(edges)
            path[-1][-1] = path[-1][-1]._replace(target=numbers[edges])

    for labels, mask, target in words:
        freeze(len(os.path.commonprefix([labels, last])))
        for label in labels[len(path) - 1:]:
            path[-1].append(Edge(label, 0, None))
            path.append([])
        path[-2][-1] = path[-2][-1]._replace(mask=mask, target=target)
        last = labels
    freeze(0)
    return states + [tuple(path[0])]


def has_target(edge):
    return edge.label > N_PARTS and edge.target is not None


def count_words(states):
    """Number of words that go on from each state."""
    counts = []
    for edges in states:
        counts.append(sum((edge.mask != 0) + (counts[edge.target] if has_target(edge) else 1)
                          for edge in edges))
    return counts


def lay_out(states):
    """Yields (state, edges in order, whether the last is a NEXT), the root first. Frequent
    edges come first, to be found soon. A NEXT leads to the state with the fewest others that
    could have it as theirs: that leaves the fewest states without one."""
    counts = count_words(states)
    n_parents = collections.Counter(edge.target for edges in states for edge in edges
                                    if has_target(edge) and not edge.mask)
    placed = set()
    waiting = [len(states) - 1]
    while waiting:
        state = waiting.pop()
        while state is not None and state not in placed:
            placed.add(state)
            edges = sorted(states[state], key=lambda edge: (
                -counts[edge.target] if has_target(edge) else 0, edge.label))
            free = [edge for edge in edges
                    if has_target(edge) and not edge.mask and edge.target not in placed]
            following = min(free, key=lambda edge: n_parents[edge.target], default=None)
            if following:
                edges.remove(following)
                edges.append(following)
            yield state, edges, following is not None
            waiting.extend(edge.target for edge in edges if has_target(edge))
            state = following.target if following else None


def encode(states):
    """wordnet_edges, as described above."""
    layout = list(lay_out(states))
    offsets, size = {}, ROOT
    for state, edges, has_next in layout:
        offsets[state] = size
        size += 4 * len(edges) - 3 * has_next
    assert size < 1 << MASK_SHIFT
    encoded = bytearray(ROOT)
    for state, edges, has_next in layout:
        for edge in edges:
            is_last = edge is edges[-1]
            encoded.append(edge.label | LAST * is_last | NEXT * (is_last and has_next))
            if not (is_last and has_next):
                target = offsets[edge.target] if has_target(edge) else edge.target or 0
                encoded += (target | edge.mask << MASK_SHIFT).to_bytes(3, "little")
    return encoded


def main():
    version = c_table.read_define(sys.argv[1], "QUOTH_WORDNET_VERSION")
    lemmas = read_lemmas(sys.argv[2], version)
    exceptions = read_exceptions(sys.argv[2])
    bytes_met = sorted(set("".join(lemmas)).union(*(form for of in exceptions for form in of)))
    labels = {byte: N_PARTS + 1 + i for i, byte in enumerate(bytes_met)}
    assert max(labels.values()) < LAST

    answers = {(0, None): 0}
    words = [(tuple(map(labels.get, lemma)), mask, None) for lemma, mask in lemmas.items()]
    for form, part, n_removed, tail in make_answers(lemmas, exceptions):
        answer = answers.setdefault((n_removed, tail), len(answers))
        words.append((tuple(map(labels.get, form)) + (part + 1,), 0, answer))
    words.sort(key=lambda word: word[0])

    removed, tails = zip(*[(n, tail or "") for n, tail in answers])
    all_tails = "".join(sorted(set(tails)))
    c_table.write(sys.argv[3], f"WordNet {version} by tools/make_wordnet.py", [
        f"#define WORDNET_LONGEST {max(len(labels) for labels, _, _ in words)}\n",
        c_table.array("uint8_t", "wordnet_labels",
                      [labels.get(chr(byte), 0) for byte in range(256)]),
        c_table.array("uint8_t", "wordnet_answer_removed", removed),
        c_table.array("uint8_t", "wordnet_answer_tail_size", list(map(len, tails))),
        c_table.array("uint16_t", "wordnet_answer_tail", list(map(all_tails.index, tails))),
        c_table.byte_string("wordnet_tails", all_tails.encode("ascii")),
        c_table.byte_string("wordnet_edges", encode(make_automaton(words))),
    ])


if __name__ == "__main__":
    main()
