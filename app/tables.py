"""Every table of the service, imported once: what Alembic compares a database with."""

from app.accounts import models as accounts
from app.barriers import models as barriers
from app.connections import models as connections
from app.funding import models as funding
from app.initiatives import models as initiatives
from app.institutions import models as institutions
from app.learning import models as learning
from app.moderation import models as moderation
from app.neighbourhoods import models as neighbourhoods
from app.patterns import models as patterns
from app.published import tables as published
from app.recognition import models as recognition
from app.responses import models as responses
from app.storage.base import Base

metadata = Base.metadata

__all__ = [
    "accounts",
    "barriers",
    "connections",
    "funding",
    "initiatives",
    "institutions",
    "learning",
    "metadata",
    "moderation",
    "neighbourhoods",
    "patterns",
    "published",
    "recognition",
    "responses",
]
