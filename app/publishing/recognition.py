"""Who recognises an initiative in public, as everyone may see it: accepted by the group, and not hidden."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.neighbourhoods.entries import as_partial
from app.publishing.features import is_public
from app.publishing.rules import public_values
from app.recognition.models import RecognitionGiven
from app.vocabulary import Agreement, Publication


def recognitions_told(
    given: Sequence[RecognitionGiven], institutions: Mapping[str, Institution], groups: Mapping[str, Initiative]
) -> list[dict[str, Any]]:
    """What the recognitions of one initiative say, the longest standing first; those without a date come last.

    A group is named only while everyone may read of it.
    """
    told = []
    for one in given:
        group = groups.get(one.group_id or "")
        institution = institutions.get(one.institution_id or "")
        if one.state is not Agreement.ACCEPTED or one.publication is not Publication.PUBLISHED:
            continue
        if institution is None and (group is None or not is_public(group)):
            continue
        values = public_values(one)
        since = as_partial(one.since, one.since_precision)
        told.append(
            {
                "id": values["id"],
                "by": institution.name if institution else group.title if group else "",
                "by_url": f"/initiatives/{group.id}" if group and institution is None else None,
                "by_kind": values["by_kind"],
                "by_kind_label": one.by_kind.label,
                "what": values["what"],
                "since": None if since is None else str(since),
                "support": values["support"],
            }
        )
    return sorted(told, key=lambda one: (one["since"] or "9999", one["id"]))
