"""The report's words, each with a plain label and a one-sentence hint.

Forms, API, documentation and map all read them here. The report is "A Tale of Two Cities" (The Young Foundation,
2017). The code word is what the database and the API hold; people only ever see the label. Labels and hints are
marked with `_` for extraction and translated where they are shown.
"""

from app.vocabulary.answers import GroupBand, InstitutionKind, Likeness, Outcome, ResponseState, TrendWord
from app.vocabulary.barriers import BarrierKind, Effect, EnablerKind, Helper, Stage
from app.vocabulary.ecology import (
    Agreement,
    Burden,
    ConnectionKind,
    ConsentScope,
    CouldChange,
    DecidedBy,
    DecisionWait,
    MatchedBy,
    Mechanism,
    PlacedBy,
    Recogniser,
    WouldAgain,
)
from app.vocabulary.initiatives import (
    Activity,
    Concern,
    Formality,
    Lifecycle,
    PeopleBand,
    Precision,
    Recognition,
    WayOfWorking,
)
from app.vocabulary.sharing import (
    COUNTED_ROUNDED_TO,
    FEWEST_COUNTED,
    DecisionReason,
    Publication,
    ReviewPolicy,
    Role,
    Sharing,
)
from app.vocabulary.words import Word

__all__ = [
    "COUNTED_ROUNDED_TO",
    "FEWEST_COUNTED",
    "Activity",
    "Agreement",
    "BarrierKind",
    "Burden",
    "Concern",
    "ConnectionKind",
    "ConsentScope",
    "CouldChange",
    "DecidedBy",
    "DecisionReason",
    "DecisionWait",
    "Effect",
    "EnablerKind",
    "Formality",
    "GroupBand",
    "Helper",
    "InstitutionKind",
    "Lifecycle",
    "Likeness",
    "MatchedBy",
    "Mechanism",
    "Outcome",
    "PeopleBand",
    "PlacedBy",
    "Precision",
    "Publication",
    "Recogniser",
    "Recognition",
    "ResponseState",
    "ReviewPolicy",
    "Role",
    "Sharing",
    "Stage",
    "TrendWord",
    "WayOfWorking",
    "Word",
    "WouldAgain",
]
