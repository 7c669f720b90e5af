"""The reading of an article: its tokens lead back to the body, whatever the body is."""

import time
from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.language.reading import build_reading
from extract.records import Article


@cache
def language() -> Language:
    return spacy.blank("en")


@pytest.mark.parametrize("run", ["," * 10_000, "(" * 5_000, "x" * 450, "ab1." * 300])
def test_a_long_run_of_characters_takes_no_time_and_keeps_its_offsets(run: str) -> None:
    body = f'Four died {run} "in {run}" near Goma.'
    started = time.process_time()
    reading = build_reading(Article(article_id="a", body=body), language())
    assert time.process_time() - started < 2
    spans = zip(reading.starts, reading.ends, reading.doc, strict=True)
    assert all(body[start:end] == token.text for start, end, token in spans)
    words = "".join(token.text for token in reading.doc)
    assert words == body.replace(" ", "").replace('"', "")
    assert reading.doc[-2].text == "Goma"
