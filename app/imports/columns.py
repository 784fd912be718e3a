"""Which column of a file holds what: guessed from its name, and overridable."""

from collections.abc import Mapping, Sequence

from app.kit.errors import Invalid

# Our word, and the names that data sets give to such a column, likeliest first.
KNOWN: dict[str, tuple[str, ...]] = {
    "title": ("title", "name", "organisation", "organization", "group", "group name", "project"),
    "summary": ("summary", "description", "about"),
    "story": ("story", "details", "notes"),
    "activity": ("activity", "category", "type", "kind", "theme", "sector"),
    "formality": ("formality",),
    "lifecycle": ("lifecycle",),
    "people_band": ("people_band", "people band"),
    "first_active": ("first_active", "started", "start date", "founded"),
    "last_active": ("last_active", "ended", "end date"),
    "longitude": ("longitude", "lon", "long", "lng", "x"),
    "latitude": ("latitude", "lat", "y"),
    "easting": ("easting", "eastings", "x coordinate"),
    "northing": ("northing", "northings", "y coordinate"),
    "postcode": ("postcode", "post code", "postal code"),
    "place_precision": ("place_precision", "location precision", "geo precision"),
    "neighbourhood": ("neighbourhood", "neighborhood"),
    "language": ("language",),
    "website": ("website", "url", "web", "link"),
    "source": ("source",),
    "source_id": ("source_id", "source id", "identifier", "id", "uid"),
    "licence": ("licence", "license"),
    "credit": ("credit", "attribution"),
}


def guess_columns(columns: Sequence[str], asked: Mapping[str, str]) -> dict[str, str]:
    """Our word -> the file's column. What was `asked` for wins; an empty name leaves a word out.

    Raises Invalid for a word or column that does not exist, and where nothing can be the title.
    """
    for word, column in asked.items():
        if word not in KNOWN:
            raise Invalid(f"There is no “{word[:60]}” to fill. Known: {', '.join(KNOWN)}.")
        if column and column not in columns:
            raise Invalid(f"There is no column “{column[:60]}”. The file has: {_listed(columns)}.")
    by_plain = {_plain(column): column for column in reversed(columns)}
    found = {word: column for word, column in asked.items() if column}
    for word, names in KNOWN.items():
        if word in asked:
            continue
        likely = next((by_plain[_plain(name)] for name in names if _plain(name) in by_plain), None)
        if likely is not None and likely not in found.values():
            found[word] = likely
    if "title" not in found:
        raise Invalid(
            f"Which column holds the names? Say it with --map title=COLUMN. The file has: {_listed(columns)}."
        )
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
