"""NLTK's WordNet over Debian's wordnet-base, without NLTK's own download."""
import os
import tempfile

FOLDER = "/usr/share/wordnet"
# What NLTK's reader wants of lexnames is its form; lemmatising uses nothing of it.
LEXNAMES = "00\tadj.all\t3\n"


def load_lemmatizer():
    """NLTK's WordNetLemmatizer; skips the test where WordNet is absent. (Other programs than
    tests use it too, so that tap is imported only then.)"""
    if not os.path.exists(os.path.join(FOLDER, "index.noun")):
        import tap
        raise tap.Skip("wordnet-base is not installed")
    from nltk.corpus.reader.wordnet import WordNetCorpusReader
    import nltk.stem.wordnet
    with tempfile.TemporaryDirectory() as root:
        for name in os.listdir(FOLDER):
            os.symlink(os.path.join(FOLDER, name), os.path.join(root, name))
        with open(os.path.join(root, "lexnames"), "w", encoding="ascii") as out:
            out.write(LEXNAMES)
        nltk.stem.wordnet.wn = WordNetCorpusReader(root, None)
    return nltk.stem.wordnet.WordNetLemmatizer()
