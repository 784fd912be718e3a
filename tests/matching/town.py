"""A small town with two recurring barriers and some that stand alone."""

from app.matching.reports import Report

INSURANCE = "insurance"
_INSURANCE = [
    "The parks team asked for public liability insurance before our picnic.",
    "No insurance certificate, no picnic: that is what they told us about the park.",
    "We need five million of liability insurance to sit on the grass.",
    "Public liability cover costs more than our whole year. So no games in the park.",
    "They want to see an insurance certificate before the children may play in the park.",
    "Told to buy liability insurance for one afternoon in the park.",
]
_KEY = [
    "The caretaker has the only key and goes home at four.",
    "Nobody would give us a key to the hall, the caretaker keeps it.",
    "We wait outside the hall for the caretaker and his key.",
    "The hall is locked and the caretaker will not lend the key.",
    "Only the caretaker may hold a key, so the hall stays shut at weekends.",
]
_ALONE = [
    ("A swarm of bees moved in and the beekeeper cannot come before May.", "VIS", "Garden club"),
    ("Our poster was taken off the bus shelter within a day.", "VIS", "Bramford Buses"),
    ("The bank closed our account without saying why.", "BUD", "Northern Bank"),
    ("My sewing diploma from abroad counts for nothing here.", "EXP", "Marwick Academy"),
    ("The newspaper wrote that a company had planted our trees.", "REC", "Evening Post"),
    ("Nobody told us that the river path would be dug up.", "VIS", "Ulley Water"),
    ("They will not let me translate at the surgery.", "ROLE", "Torwell Surgery"),
    ("The post van blocks our table every Friday.", "HS", "Royal Mail"),
]


def town() -> list[Report]:
    """19 reports: `insurance0` to `insurance5`, `key0` to `key4`, and eight that stand alone."""
    near = frozenset({"Elmley"})
    found = [
        Report(f"insurance{number}", "leeds", f"picnic{number}", text, "Oakwell", near, 400 + 20 * number, kind="HS",
               holder="Bramford Parks" if number % 2 else "Parks team", language="en")
        for number, text in enumerate(_INSURANCE)
    ]  # fmt: skip
    found += [
        Report(f"key{number}", "leeds", f"hall{number}", text, "Elmley", frozenset({"Oakwell"}), 500 + 15 * number,
               kind="GATE",
               holder="St Anne Church Hall" if number % 2 else "st anne hall", language="en")
        for number, text in enumerate(_KEY)
    ]  # fmt: skip
    found += [
        Report(f"alone{number}", "leeds", f"only{number}", text, f"Place{number}", frozenset(), 300 + 77 * number,
               kind=kind,
               holder=holder, language="en")
        for number, (text, kind, holder) in enumerate(_ALONE)
    ]  # fmt: skip
    return found
