"""What happens to each column of each private table on its way to the public: the allow list, column by column.

A column that is not named here fails a test until somebody decides. `PUBLIC` columns go out as they are, and only where
the record is shown at all; `COARSENED` ones go out only through the function that coarsens them; everything else stays.
"""

from enum import Enum
from typing import Any

from sqlalchemy import inspect


class Rule(Enum):
    """What the public may know of a column."""

    PUBLIC = "public"
    COARSENED = "coarsened"
    WITHHELD = "withheld"


P, C, W = Rule.PUBLIC, Rule.COARSENED, Rule.WITHHELD

_ENTRY = {
    "id": P,
    "neighbourhood": P,
    "language": P,
    "is_demonstration": P,
    "exact_shape": C,  # coarsening.public_place
    "sharing": C,  # only as the way a shape is to be read; a choice in itself is nobody's business
    "changed_at": C,  # the day for initiatives, the month for barriers
    "publication": W,
    "created_at": W,
    "steward_note": W,
    "was_shown": C,  # only as "gone" after a withdrawal
    "version": W,
}

RULES: dict[str, dict[str, Rule]] = {
    "initiative": _ENTRY
    | dict.fromkeys(
        (
            "title",
            "summary",
            "story",
            "activity",
            "formality",
            "lifecycle",
            "ways_of_working",
            "concerns",
            "recognised_by",
            "people_band",
        ),
        P,
    )
    | dict.fromkeys(
        ("first_active", "first_active_precision", "last_active", "last_active_precision", "source", "source_id"), P
    )
    | {"batch_id": W, "organisation_id": P, "shown_since": W},
    "barrier": _ENTRY
    | dict.fromkeys(("kind", "what_happened", "holder", "rule_cited", "stage", "effect", "what_helped"), P)
    # A day could be matched with an office's diary: no finer than a month.
    | {"happened": C, "happened_precision": C}
    # Naming an initiative that is shown more exactly would show the barrier's place more exactly than was chosen.
    | {"initiative_id": C}
    # Shown by its name in the register, and only while it stands there.
    | {"institution_id": C, "batch_id": W, "source": P, "source_id": P},
    "institution": dict.fromkeys(("id", "name", "kind", "areas", "agreed_since", "is_demonstration"), P)
    | dict.fromkeys(("part_of_id", "other_names", "merged_into_id", "created_at"), W),
    "institution_merge": dict.fromkeys(
        ("number", "kept_id", "merged_id", "merged_name", "barriers_moved", "merged_at"), W
    ),
    # Shown from a threshold on; see `app.publishing.patterns`.
    "pattern": dict.fromkeys(("id", "title", "description"), P)
    | dict.fromkeys(("merged_into_id", "words", "figures", "first_shown_on", "is_sure"), C)
    | dict.fromkeys(("confidence", "created_at"), W),
    # Only as bands of how many, and as links to what is public by itself.
    "pattern_member": dict.fromkeys(("barrier_id", "pattern_id"), C) | dict.fromkeys(("by_steward", "since"), W),
    "likeness_answer": dict.fromkeys(("id", "barrier_id", "other_id", "likeness", "by_steward", "said_at"), W),
    "response": dict.fromkeys(("id", "state", "text", "rule_cited"), P)
    | dict.fromkeys(("institution_id", "passed_to_id", "corrects_id", "published_at", "publication"), C)
    | dict.fromkeys(("collection", "subject_id", "written_by_id", "written_at", "steward_note"), W),
    # Counted, from three on.
    "group_outcome": dict.fromkeys(("outcome", "barrier_id", "response_id", "said_at"), C) | {"id": W},
    # Shown once both sides agreed, while both ends are public.
    "connection": dict.fromkeys(("id", "kind", "since", "since_precision", "source", "source_id"), P)
    | dict.fromkeys(("from_id", "to_id", "state"), C)
    | dict.fromkeys(("is_proposed_by_from", "proposed_at", "settled_at", "batch_id"), W),
    "vouch": dict.fromkeys(("id", "voucher_id", "for_id", "state", "asked_at", "given_at", "expires_on"), W),
    "recognition": dict.fromkeys(("id", "by_kind", "what", "since", "since_precision", "support"), P)
    | dict.fromkeys(("initiative_id", "institution_id", "group_id", "state", "publication"), C)
    | dict.fromkeys(("offered_at", "offered_by_id", "settled_at"), W),
    # Shown where its group lets everyone read it and a steward has read it.
    "journal_note": dict.fromkeys(("id", "tried", "learned", "changed", "mechanisms"), P)
    | dict.fromkeys(("happened", "happened_precision", "initiative_id", "scope", "publication"), C)
    | dict.fromkeys(("steward_note", "created_at", "changed_at"), W),
    # Published by its funder already; shown with an initiative only where that one is public.
    "grant_made": dict.fromkeys(("id", "grant_id", "title", "description", "amount_hundredths", "currency"), P)
    | dict.fromkeys(("awarded_on", "ends_on", "funder_name", "funder_org_id", "recipient_name", "programme"), P)
    | dict.fromkeys(("recipient_org_id", "placed_by", "neighbourhood"), P)
    | dict.fromkeys(("initiative_id", "matched_by"), C)
    | dict.fromkeys(("batch_id", "matched_by_id", "matched_at"), W),
    "area_code": dict.fromkeys(("code", "neighbourhood", "share"), W),
    "programme": dict.fromkeys(("id", "name", "is_demonstration"), P) | {"institution_id": C, "created_at": W},
    # Counted, in whole batches of five and more; see `app.funding.batches`.
    "process_review": dict.fromkeys(("programme_id", "wait", "burden", "decided_by", "could_change", "again"), C)
    | dict.fromkeys(("id", "initiative_id", "changed_in_us", "scope", "said_at", "batch", "batch_size"), W),
    "programme_reply": {"id": P, "text": P}
    | dict.fromkeys(("programme_id", "publication", "published_at"), C)
    | dict.fromkeys(("written_by_id", "written_at", "steward_note"), W),
    "canned_text": dict.fromkeys(("id", "institution_id", "name", "text"), W),
    "enabler": {"id": W, "kind": P, "text": P, "from_whom": P, "initiative_id": W, "barrier_id": W, "created_at": W},
    "neighbourhood": {"slug": P, "name": P, "codes": P, "source": P, "licence": P, "credit": P, "note": P, "review": P}
    | {"trusts_vouches": P},
    "neighbourhood_boundary": {"id": W, "neighbourhood": P, "shape": P, "valid_from": W, "valid_to": W},
    "import_batch": {"source": P, "licence": P, "credit": P}
    | dict.fromkeys(("id", "file_name", "imported_on", "undone_on", "accepted", "rejected"), W),
    # Counted by week; see `app.publishing.counts`.
    "decision": dict.fromkeys(("neighbourhood", "collection", "outcome", "reason", "decided_at", "is_logged"), C)
    | dict.fromkeys(("number", "entry_id", "note", "person_id"), W),
    "person": dict.fromkeys(("id", "email", "role", "neighbourhood", "institution", "created_at", "ended_at"), W),
    "sign_in_link": dict.fromkeys(("token_hash", "person_id", "expires_at", "used_at"), W),
    "edit_link": dict.fromkeys(("id", "token_hash", "collection", "entry_id", "created_at", "revoked_at"), W),
    "browser_session": dict.fromkeys(("token_hash", "person_id", "edit_link_id", "expires_at"), W),
    "idempotency_key": dict.fromkeys(("key_hash", "body_hash", "entry_id", "created_at"), W),
}


def public_values(row: object) -> dict[str, Any]:
    """The columns of `row` that may go out as they are. Whoever builds a feature gets these, never the row."""
    state = inspect(row)
    if state is None:
        raise TypeError("Only rows of private tables have public values.")
    rules = RULES[state.mapper.local_table.name]
    return {
        attribute.key: getattr(row, attribute.key)
        for attribute in state.mapper.column_attrs
        if rules[attribute.key] is Rule.PUBLIC
    }
