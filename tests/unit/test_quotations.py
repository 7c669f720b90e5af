"""Quotations in Citron's format: contents under one cue, names behind pronouns, words without a cue."""

from __future__ import annotations

from typing import Any

from orchestration.quotations import to_citron

BODY = (
    "General Ilir Dema said the bridge was lost. He added that the road was open. "
    "\u201cWe hold the hill,\u201d the general said, \u201cand the mill.\u201d Army: no one was hurt."
)


def span(text: str, what: str, after: int = 0) -> dict[str, Any]:
    start = BODY.index(text, after)
    return {f"{what}_text": text, f"{what}_start": start, f"{what}_end": start + len(text)}


def statement(
    source: str,
    form: str,
    cue: str | None,
    content: str,
    *,
    actor: str | None = "ALB_MIL",
    name: str = "Ilir Dema",
) -> dict[str, Any]:
    words = span(content, "content")
    near = max(0, words["content_start"] - 45)
    return {
        "statement_id": content,
        "source_form": form,
        "speaker_actor_id": actor,
        "speaker_name": name,
        "confidence": 0.8,
        **span(source, "source", BODY.index(source) if form == "named_person" else near),
        **(span(cue, "cue", near) if cue else dict.fromkeys(("cue_text", "cue_start", "cue_end"))),
        **words,
    }


STATEMENTS = [
    statement("General Ilir Dema", "named_person", "said", "the bridge was lost"),
    statement("He", "pronoun", "added", "the road was open"),
    statement("the general", "nominal", "said", "\u201cWe hold the hill,\u201d"),
    statement("the general", "nominal", "said", "\u201cand the mill.\u201d"),
    statement("Army", "named_org", None, "no one was hurt", name="Army"),
]
for _row in STATEMENTS[2:4]:
    _row |= span("the general", "source") | span("said", "cue", BODY.index("the general"))


def test_spans_reproduce_the_text() -> None:
    result = to_citron(BODY, STATEMENTS, [])
    assert result["text"] == BODY
    spans = [span for group in result["coreference_groups"] for span in group]
    for quote in result["quotes"]:
        spans += [quote["cue"], *quote["sources"], *quote["contents"], *quote["coreferences"]]
    assert all(BODY[item["start"] : item["end"]] == item["text"] for item in spans)


def test_contents_under_one_cue_are_one_quote() -> None:
    quotes = to_citron(BODY, STATEMENTS, [])["quotes"]
    assert [[content["text"] for content in quote["contents"]] for quote in quotes] == [
        ["the bridge was lost"],
        ["the road was open"],
        ["\u201cWe hold the hill,\u201d", "\u201cand the mill.\u201d"],
        ["no one was hurt"],
    ]
    assert set(quotes[0]) == {"cue", "sources", "contents", "coreferences", "confidence", "id"}


def test_a_name_stands_behind_a_pronoun() -> None:
    quotes = to_citron(BODY, STATEMENTS, [])["quotes"]
    assert [[span["text"] for span in quote["coreferences"]] for quote in quotes] == [
        [],
        ["General Ilir Dema"],
        ["General Ilir Dema"],
        [],
    ]


def test_words_without_a_cue_have_an_empty_one() -> None:
    quote = to_citron(BODY, STATEMENTS, [])["quotes"][-1]
    start = BODY.index("no one was hurt")
    assert quote["cue"] == {"start": start, "end": start, "text": ""}


def test_mentions_of_a_speaker_join_its_group() -> None:
    body_mention = {
        "text": "Army",
        "char_start": BODY.index("Army"),
        "char_end": BODY.index("Army") + 4,
        "mention_form": "name",
        "entity_type": "ORG",
        "actor_id": "ALB_MIL",
    }
    name = span("Ilir Dema", "char") | {"text": "Ilir Dema", "mention_form": "name"}
    name |= {"entity_type": "PERSON", "actor_id": "ALB_MIL"}
    groups = to_citron(BODY, STATEMENTS, [name, body_mention])["coreference_groups"]
    # A name inside a source is no second mention; a group of one is none.
    assert [[span["text"] for span in group] for group in groups] == [
        ["General Ilir Dema", "He", "the general"]
    ]
