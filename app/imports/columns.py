"""Which column of a file holds what: guessed from its name, and overridable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.kit.errors import Invalid


@dataclass(frozen=True)
class Columns:
    """What a file may say. `known`: our word, and the names that data sets give to such a column, likeliest first."""

    known: Mapping[str, tuple[str, ...]]
    # The one that a file cannot do without, and the question for it.
    needed: str
    question: str


_EVERY = {
    "longitude": ("longitude", "lon", "long", "lng", "x"),
    "latitude": ("latitude", "lat", "y"),
    "easting": ("easting", "eastings", "x coordinate"),
    "northing": ("northing", "northings", "y coordinate"),
    "postcode": ("postcode", "post code", "postal code"),
    "place_precision": ("place_precision", "location precision", "geo precision"),
    "neighbourhood": ("neighbourhood", "neighborhood"),
    "language": ("language",),
    "source": ("source",),
    "source_id": ("source_id", "source id", "identifier", "id", "uid"),
    "licence": ("licence", "license"),
    "credit": ("credit", "attribution"),
}
INITIATIVES = Columns(
    {
        "title": ("title", "name", "organisation", "organization", "group", "group name", "project"),
        "summary": ("summary", "description", "about"),
        "story": ("story", "details", "notes"),
        "activity": ("activity", "category", "type", "kind", "theme", "sector"),
        "formality": ("formality",),
        "lifecycle": ("lifecycle",),
        "people_band": ("people_band", "people band"),
        "first_active": ("first_active", "started", "start date", "founded"),
        "last_active": ("last_active", "ended", "end date"),
        "organisation_id": ("organisation_id", "organisation identifier", "organization identifier", "org id"),
        "website": ("website", "url", "web", "link"),
    }
    | _EVERY,
    "title",
    "Which column holds the names?",
)
BARRIERS = Columns(
    {
        "what_happened": (
            *("what_happened", "description", "details", "text", "story", "complaint", "issue", "enquiry", "summary"),
            *("case notes", "notes"),
        ),
        "kind": ("kind", "category", "type", "case type", "theme", "reason", "subject"),
        "holder": (
            *("holder", "permission holder", "institution", "department", "service", "team", "office", "desk"),
            *("authority", "organisation"),
        ),
        "rule_cited": ("rule_cited", "rule", "policy", "regulation", "condition"),
        "stage": ("stage",),
        "effect": ("effect", "consequence", "impact"),
        "happened": (
            *("happened", "when", "date", "occurred", "date received", "received", "date opened", "opened", "created"),
        ),
        "what_helped": ("what_helped", "helped", "resolution"),
    }
    | _EVERY
    | {"neighbourhood": ("neighbourhood", "neighborhood", "area", "ward")}
    | {
        "source_id": ("source_id", "source id", "case id", "case number", "reference", "ref", "identifier", "id", "uid")
    },
    "what_happened",
    "Which column says what happened?",
)


def guess_columns(columns: Sequence[str], asked: Mapping[str, str], of: Columns) -> dict[str, str]:
    """Our word -> the file's column. What was `asked` for wins; an empty name leaves a word out.

    Raises Invalid for a word or column that does not exist, and where nothing can be what it cannot do without.
    """
    for word, column in asked.items():
        if word not in of.known:
            raise Invalid(f"There is no “{word[:60]}” to fill. Known: {', '.join(of.known)}.")
        if column and column not in columns:
            raise Invalid(f"There is no column “{column[:60]}”. The file has: {_listed(columns)}.")
    by_plain = {_plain(column): column for column in reversed(columns)}
    found = {word: column for word, column in asked.items() if column}
    for word, names in of.known.items():
        if word in asked:
            continue
        likely = next((by_plain[_plain(name)] for name in names if _plain(name) in by_plain), None)
        if likely is not None and likely not in found.values():
            found[word] = likely
    if of.needed not in found:
        raise Invalid(f"{of.question} Say it with --map {of.needed}=COLUMN. The file has: {_listed(columns)}.")
    return found


def check_place(found: Mapping[str, str], columns: Sequence[str]) -> None:
    """Raise Invalid where no column of a table could say where its rows are."""
    pairs = ({"longitude", "latitude"}, {"easting", "northing"}, {"postcode"}, {"neighbourhood"})
    if not any(pair <= found.keys() for pair in pairs):
        raise Invalid(
            "Which columns say where it is? Say it with --map longitude=COLUMN --map latitude=COLUMN, or easting and "
            f"northing, or postcode. The file has: {_listed(columns)}."
        )


def read_pairs(pairs: Sequence[str]) -> dict[str, str]:
    """Pairs such as "title=name" as a table. Raises Invalid where one is no pair."""
    table: dict[str, str] = {}
    for pair in pairs:
        word, mark, column = pair.partition("=")
        if not mark:
            raise Invalid(f"“{pair[:80]}” is no pair: write our word, =, and the column, such as title=name.")
        table[word.strip()] = column.strip()
    return table


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns[:40])[:1000]
