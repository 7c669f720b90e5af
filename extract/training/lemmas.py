"""Tables for spaCy's rule lemmatiser: its English ones, with the treebanks' lemmas as further exceptions.

A classifier of lemma rules was tried as a head of the encoder and left out: it cannot see spelling well ("hit" became
"h"), while these tables, given the right tag, are right for 97 to 98 of 100 words of the test treebanks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from spacy.lookups import Lookups, load_lookups

from extract.training.words import Sentence

TABLES = ["lemma_rules", "lemma_exc", "lemma_index"]
OPEN_CLASSES = frozenset({"verb", "noun", "adj", "adv"})
MIN_SHARE = 0.7
"""Share of a form's occurrences that must have one lemma for it to become an exception."""


def treebank_exceptions(sentences: Iterable[Sentence]) -> dict[str, dict[str, list[str]]]:
    """Return the usual lemma of each lower-cased form by part of speech; names keep their form and are left out.

    Forms of open classes that occur once are left out too: a slip should not become a rule.
    """
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for word in (word for sentence in sentences for word in sentence):
        if word.upos and word.lemma and word.upos != "PROPN":
            counts[word.upos.lower(), word.form.lower()][word.lemma] += 1
    exceptions: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for (part_of_speech, form), lemmas in sorted(counts.items()):
        lemma, count = lemmas.most_common(1)[0]
        is_slip = count == 1 and part_of_speech in OPEN_CLASSES
        if not is_slip and count >= MIN_SHARE * lemmas.total():
            exceptions[part_of_speech][form] = [lemma]
    return dict(exceptions)


def lemma_tables(exceptions: dict[str, dict[str, list[str]]]) -> Lookups:
    """Return the tables with the exceptions added. Raises ValueError where spacy-lookups-data is not installed."""
    lookups = load_lookups("en", TABLES)
    table = lookups.get_table("lemma_exc")
    for part_of_speech, forms in exceptions.items():
        table[part_of_speech] = {**table.get(part_of_speech, {}), **forms}
    return lookups
