"""Grants as everyone may see them: what their funders published, and the public initiative that they match."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funding.grants import Match, is_invented, matches_of
from app.funding.models import GrantMade
from app.initiatives.models import ImportBatch, Initiative
from app.publishing.features import Feature
from app.publishing.rules import public_values
from app.publishing.touched import batches

# An initiative tells its newest ones; the collection has all.
MOST_TOLD = 20
_NOTE = "Invented for demonstration. There is no such funder and no such grant."
# Another writer may have committed since this transaction read a row: what is published is what stands there now.
_FRESH = {"populate_existing": True}
_HUNDRED = 100


def grant_features(db: Session, ids: Sequence[str]) -> Iterator[Feature]:
    """Grants, whether or not they match anything."""
    grants = db.scalars(select(GrantMade).where(GrantMade.id.in_(ids)), execution_options=_FRESH).all()
    matches, taken_in = matches_of(db, grants), _batches_of(db, grants)
    for one in grants:
        yield _feature(one, matches.get(one.id), taken_in[one.batch_id])


def grants_by_initiative(db: Session, initiatives: Sequence[Initiative]) -> Mapping[str, dict[str, Any]]:
    """What public `initiatives` tell of the grants that match them: the newest, and how many there are."""
    ids = {one.id for one in initiatives}
    numbers = {one.organisation_id for one in initiatives if one.organisation_id}
    grants: dict[str, GrantMade] = {}
    for column, keys in ((GrantMade.initiative_id, ids), (GrantMade.recipient_org_id, numbers)):
        for some in batches(sorted(keys)):
            asked = select(GrantMade).where(column.in_(some))
            grants |= {one.id: one for one in db.scalars(asked, execution_options=_FRESH)}
    matches, taken_in = matches_of(db, list(grants.values())), _batches_of(db, list(grants.values()))
    theirs: dict[str, list[GrantMade]] = defaultdict(list)
    for grant_id, match in matches.items():
        if match.initiative.id in ids:
            theirs[match.initiative.id].append(grants[grant_id])
    told: dict[str, dict[str, Any]] = {}
    for initiative_id, those in theirs.items():
        those.sort(key=lambda one: (one.awarded_on, one.id), reverse=True)
        shown = [_told(one, matches[one.id], taken_in[one.batch_id]) for one in those[:MOST_TOLD]]
        told[initiative_id] = {"grants": shown, "grants_count": len(those)}
    return told


def _feature(grant: GrantMade, match: Match | None, batch: ImportBatch) -> Feature:
    values, credit = public_values(grant), public_values(batch)
    properties: dict[str, Any] = {
        "title": values["title"],
        "grant_id": values["grant_id"],
        "funder": values["funder_name"],
        "funder_org_id": values["funder_org_id"],
        "recipient": values["recipient_name"],
        "recipient_org_id": values["recipient_org_id"],
        "amount": values["amount_hundredths"] / _HUNDRED,
        "currency": values["currency"],
        "awarded": values["awarded_on"].isoformat(),
        "ends": values["ends_on"].isoformat() if values["ends_on"] else None,
        "programme": values["programme"],
        "placed_by": values["placed_by"],
        "placed_by_label": values["placed_by"].label,
        "neighbourhood": values["neighbourhood"] or "",
        "initiative": match.initiative.id if match else None,
        "initiative_title": match.initiative.title if match else None,
        "matched_by": match.by if match else None,
        "matched_by_label": match.by.label if match else None,
        "imported_from": credit["source"],
        "licence": credit["licence"],
        "credit": credit["credit"],
    }
    if is_invented(grant):
        properties |= {"demonstration": True, "demonstration_note": _NOTE}
    return Feature(
        grant.id, "grants", values["neighbourhood"] or "", None, properties, values["awarded_on"], values["ends_on"]
    )


def _told(grant: GrantMade, match: Match, batch: ImportBatch) -> dict[str, Any]:
    told = _feature(grant, match, batch).properties
    names = ("title", "grant_id", "funder", "amount", "currency", "awarded", "matched_by", "matched_by_label")
    return {"id": grant.id} | {
        name: told[name] for name in (*names, "imported_from", "licence", "credit", "demonstration") if name in told
    }


def _batches_of(db: Session, grants: Sequence[GrantMade]) -> Mapping[str, ImportBatch]:
    found: dict[str, ImportBatch] = {}
    for some in batches(sorted({one.batch_id for one in grants})):
        found |= {one.id: one for one in db.scalars(select(ImportBatch).where(ImportBatch.id.in_(some)))}
    return found
