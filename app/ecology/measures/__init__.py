"""What an ecology is like, measured: seven measures, each a value with its interval, its records and a plain sentence.

Three rules hold for all of them. A place is compared with its own past and with no other place. Nothing is added up
to one score. Where too few records stand behind a number, it is not told: the sentence says so instead.
"""

from app.ecology.measures.as_of import going_on, known_by, settled
from app.ecology.measures.connectedness import Connectedness
from app.ecology.measures.hidden_share import HiddenShare
from app.ecology.measures.measure import Compared, Measure
from app.ecology.measures.momentum import Momentum, Quarter
from app.ecology.measures.openings import Openings
from app.ecology.measures.roots import Roots
from app.ecology.measures.staying_power import StayingPower
from app.ecology.measures.together import Measures, measures
from app.ecology.measures.variety import Variety

__all__ = [
    "Compared",
    "Connectedness",
    "HiddenShare",
    "Measure",
    "Measures",
    "Momentum",
    "Openings",
    "Quarter",
    "Roots",
    "StayingPower",
    "Variety",
    "going_on",
    "known_by",
    "measures",
    "settled",
]
