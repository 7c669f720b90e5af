"""The file that declares sources (`sources.yaml`): read, checked with the line of every mistake, described as a schema.

What a kind of source is belongs in `kinds.py`; where the file lies is for the caller to say.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote, quote_plus

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from extract.records import Article, Rejection, stable_id
from extract.sources.documents import rejection
from extract.sources.fetching import FetchError, WebOptions, check_address
from extract.sources.kinds import KINDS
from extract.sources.reading import Cursor, Item, Reading, SourceError

_NAME = r"[a-z0-9][a-z0-9_-]{0,62}"
_CRON = r"\S+( \S+){4}|@(hourly|daily|weekly|monthly)"
_SHORTEST_SECRET = 6
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What every source may say, whatever its kind."""

    name: Annotated[
        str, Field(pattern=f"^(?:{_NAME})$", description="Small letters, digits, - and _; unique.")
    ]
    kind: Annotated[str, Field(description="What it is; it decides which options there are.")]
    enabled: Annotated[bool, Field(description="Read it.")] = True
    schedule: Annotated[
        str | None,
        Field(
            pattern=f"^(?:{_CRON})$",
            description="When to read it, a cron line in UTC; without one it is read by the daily load.",
        ),
    ] = None
    publisher: Annotated[
        str | None, Field(description="Publisher of documents that do not say theirs.")
    ] = None
    published_on: Annotated[
        date | None, Field(description="Publication date of documents that do not say theirs.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One declared source.

    `options` is an instance of its kind's dataclass with secrets filled in; `secrets` maps each of them to how the file
    names it, so that none is ever shown; `place` is where the source lies, as declared; `version` changes with the
    declaration, but not with a secret or the schedule.
    """

    name: str
    kind: str
    place: str
    options: Any = field(repr=False)
    is_enabled: bool = True
    schedule: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    secrets: Mapping[str, str] = field(repr=False)
    version: str
    line: int

    @property
    def is_fetched(self) -> bool:
        """Return whether reading the source asks other machines for web pages."""
        return isinstance(self.options, WebOptions)

    def without_secrets(self, text: str) -> str:
        """Return a text with the names of secrets in their place."""
        for secret, name in self.secrets.items():
            for form in (secret, quote(secret), quote_plus(secret)):
                # A word of a few letters is no secret, and stands in other words.
                text = text.replace(form, name) if len(form) >= _SHORTEST_SECRET else text
        return text


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file of sources; `line` counts from 1."""

    line: int
    message: str


class DeclarationError(Exception):
    """A file of sources has mistakes: all of them are in `problems`, in the order of their lines."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"line {item.line}: {item.message}" for item in problems))
        self.problems = problems


def parse_sources(text: str, *, environment: Mapping[str, str] = os.environ) -> tuple[Source, ...]:
    """Return the sources that a file declares; `${NAME}` in its options is taken from the environment.

    Raises DeclarationError with every mistake there is. A variable that is not set is one only for an enabled source.
    """
    node, data = _composed(text)
    if data is None:
        return ()
    if not isinstance(data, dict) or set(data) != {"sources"}:
        raise DeclarationError(
            [Problem(1, "the file holds one list, `sources:`, and nothing else")]
        )
    entries = [] if data["sources"] is None else data["sources"]
    if not isinstance(entries, list):
        message = "`sources` is a list: begin each of them with `- name:`"
        raise DeclarationError([Problem(_line(node, ("sources",)), message)])
    problems = [
        Problem(_line(node, ("sources", index, *where)), message)
        for index, entry in enumerate(entries)
        for where, message in (*_mistakes(entry, environment), *_same_name(entries, index))
    ]
    if problems:
        raise DeclarationError(sorted(problems, key=lambda item: item.line))
    return tuple(
        _source(entry, environment, line=_line(node, ("sources", index)))
        for index, entry in enumerate(entries)
    )


def _composed(text: str) -> tuple[yaml.Node | None, Any]:
    """Return a YAML document as nodes, which know their lines, and as values."""
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        message = f"this is no YAML: {getattr(error, 'problem', None) or error}"
        raise DeclarationError([Problem(mark.line + 1 if mark else 1, message)]) from None


def _same_name(entries: list[Any], index: int) -> Iterator[tuple[Path, str]]:
    """Yield the mistake that a source is named like an earlier one."""
    name = entries[index].get("name") if isinstance(entries[index], dict) else None
    earlier = [entry.get("name") for entry in entries[:index] if isinstance(entry, dict)]
    if name is not None and name in earlier:
        yield ("name",), f"there is another source named {name!r}"


def read_source(source: Source, reading: Reading) -> Iterator[Item]:
    """Yield what a source holds; whatever goes wrong is a rejection and never stops other sources."""
    try:
        for item in KINDS[source.kind].read(source.options, reading):
            yield _masked(item, source)
    except FetchError as error:
        yield _failure(source, error.code, error.reason)
    except SourceError as error:
        yield _failure(source, "unreadable_source", str(error))
    except Exception as error:  # input is hostile, and one source must not stop the others
        yield _failure(source, "source_failed", f"{type(error).__name__}: {error}")
    else:
        yield Cursor(source=source.name, key=source.name, state={"read": True})


def sources_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the file of sources, for editors and programs."""
    common = TypeAdapter(_Common).json_schema()
    kinds = []
    for name, kind in KINDS.items():
        options = TypeAdapter(kind.options).json_schema()
        kinds.append(
            {
                "title": name,
                "description": options["description"],
                "type": "object",
                "properties": common["properties"]
                | {"kind": {"const": name}}
                | options["properties"],
                "required": [*common["required"], *options.get("required", [])],
                "additionalProperties": False,
            }
        )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Conflict Ledger sources",
        "description": "Where articles come from. `${NAME}` in a text is taken from the environment.",
        "type": "object",
        "properties": {"sources": {"type": ["array", "null"], "items": {"oneOf": kinds}}},
        "required": ["sources"],
        "additionalProperties": False,
    }


def _source(entry: Mapping[str, Any], environment: Mapping[str, str], *, line: int) -> Source:
    common = _checked(_Common, _common_part(entry))
    given = _options_part(entry)
    secrets: dict[str, str] = {}
    options = _checked(KINDS[common.kind].options, _expanded(given, environment, secrets))
    return Source(
        name=common.name,
        kind=common.kind,
        place=str(given.get(KINDS[common.kind].place, getattr(options, KINDS[common.kind].place))),
        options=options,
        is_enabled=common.enabled,
        schedule=common.schedule,
        publisher=common.publisher,
        published_on=common.published_on,
        secrets=secrets,
        version=stable_id(
            common.kind, sorted(given.items()), common.publisher, common.published_on
        ),
        line=line,
    )


def _mistakes(entry: Any, environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield where in one source there is a mistake, and which."""
    if not isinstance(entry, dict):
        yield (), "a source is a mapping such as `name: …`, `kind: …`"
        return
    kind = KINDS.get(str(entry.get("kind")))
    if kind is None:
        yield ("kind",), f"{entry.get('kind')!r} is no kind of source; use {', '.join(KINDS)}"
        return
    known = [item.name for part in (_Common, kind.options) for item in fields(part)]
    for name in entry.keys() - set(known):
        alike = difflib.get_close_matches(str(name), known, n=1)
        hint = f"did you mean {alike[0]!r}?" if alike else f"it has {', '.join(known)}"
        yield (name,), f"{entry['kind']} has no option {name!r}; {hint}"
    options = {name: entry[name] for name in _options_part(entry) if name in known}
    if entry.get("enabled", True):
        for name, value in options.items():
            for variable in sorted(set(_variables(value)) - environment.keys()):
                yield (name,), f"the environment variable {variable} is not set"
    yield from _wrong_values(_Common, _common_part(entry))
    yield from _wrong_values(kind.options, _expanded(options, environment, {}))
    address = options.get("url")
    if isinstance(address, str) and not _variables(address):
        try:
            check_address(address)
        except FetchError as error:
            yield ("url",), error.reason


def _wrong_values(part: type, values: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield which of the values do not fit the dataclass, and why."""
    try:
        _checked(part, values)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            name = ".".join(map(str, item["loc"]))
            message = _plain(item["msg"])
            if item["type"] == "string_pattern_mismatch":
                described = TypeAdapter(part).json_schema()["properties"][name]["description"]
                message = f"{values[name]!r} does not fit. {described}"
            yield item["loc"][:1], f"{name}: {message}" if name else message


def _checked(part: type, values: Mapping[str, Any]) -> Any:
    """Return a dataclass of these values; raises ValidationError. Nothing is converted: "3" is no number."""
    return TypeAdapter(part).validate_json(json.dumps(values, default=str), strict=True)


def _plain(message: str) -> str:
    """Return pydantic's message in lower case, without its own terms."""
    message = message.removeprefix("Value error, ").replace("valid ", "").replace("Input ", "it ")
    return message[:1].lower() + message[1:]


def _common_part(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(_Common)}
    return {name: value for name, value in entry.items() if name in names}


def _options_part(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(_Common)}
    return {str(name): value for name, value in entry.items() if name not in names}


def _variables(value: Any) -> list[str]:
    """Return the names of the environment variables in the texts of a value."""
    if isinstance(value, str):
        return _VARIABLE.findall(value)
    if isinstance(value, Mapping):
        value = [*value.values()]
    if isinstance(value, list):
        return [name for item in value for name in _variables(item)]
    return []


def _expanded(value: Any, environment: Mapping[str, str], secrets: dict[str, str]) -> Any:
    """Return a value with the variables in its texts filled in, and note in `secrets` what was filled in for what."""
    if isinstance(value, Mapping):
        return {name: _expanded(item, environment, secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_expanded(item, environment, secrets) for item in value]
    if not isinstance(value, str):
        return value

    def fill(match: re.Match[str]) -> str:
        secret = environment.get(match[1], "")
        if secret:
            secrets[secret] = match[0]
        return secret

    return _VARIABLE.sub(fill, value)


def _masked(item: Item, source: Source) -> Item:
    """Return an item without secrets in what is stored and shown of it."""
    if not source.secrets:
        return item
    if isinstance(item, Rejection):
        return replace(
            item,
            source_path=source.without_secrets(item.source_path),
            reason=source.without_secrets(item.reason),
        )
    if isinstance(item, Cursor):
        return replace(item, key=source.without_secrets(item.key))
    if isinstance(item, Article):
        return replace(item, source_path=source.without_secrets(item.source_path or "") or None)
    return item


def _failure(source: Source, code: str, reason: str) -> Rejection:
    return rejection(source.name, code, source.without_secrets(reason))


def _line(node: yaml.Node | None, path: Path) -> int:
    """Return the line of the value at `path`, or of what is nearest to it."""
    line = 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if step not in pairs:
                break
            key, node = pairs[step]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line
