"""Saving one step of an entry that is there already: the step's answers change, all others stay."""

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.contributing.form_fields import Raw, answers_in, errors_by_field, raw_of, text_of, version_in, with_kept_words
from app.contributing.kinds import AnyEntry, Kind, answers_of
from app.contributing.steps import Step, settled
from app.contributing.where import Where, find_where
from app.kit.answers import read_answers
from app.kit.errors import Invalid, InvalidFields
from app.neighbourhoods.entry_service import check_version


def stored_fields(db: Session, kind: Kind, entry: AnyEntry) -> Raw:
    """What is stored, as the form's fields, and its version."""
    raw = raw_of(kind.collection, answers_of(db, kind, entry)) | {"version": str(entry.version)}
    if entry.exact_shape is not None and entry.exact_shape.geom_type == "Point":
        lon, lat = entry.exact_shape.coords[0][:2]
        raw |= {"lon": str(lon), "lat": str(lat)}
    return raw


def merged(stored: Raw, step: Step, form: Raw) -> Raw:
    """What is stored, with the step's answers and the version from the form."""
    sent = {field: form.get(field, _nothing(stored, field)) for field in step.fields}
    return stored | sent | {"version": text_of(form, "version")}


def kept_shape(entry: AnyEntry) -> BaseGeometry | None:
    """A line or area, which only a program can have sent: it stays where no mark replaces it."""
    is_mark = entry.exact_shape is None or entry.exact_shape.geom_type == "Point"
    return None if is_mark else entry.exact_shape


def save(db: Session, kind: Kind, entry: AnyEntry, step: Step, raw: Raw) -> None:
    """Save `raw`. Raises InvalidFields, by the form's fields, and PreconditionFailed where it is older."""
    try:
        told, errors = settled(db, kind, step, raw)
        _refuse(errors)
        check_version(entry, version_in(text_of(raw, "version")))
        where = _where(db, entry, told | {"forget": text_of(raw, "forget")})
        given, _wrong_dates = answers_in(kind.collection, told)
        before = answers_of(db, kind, entry)
        given |= {"neighbourhood": where.home.slug, "language": before["language"]}
        if "enablers" in given:
            given["enablers"] = with_kept_words(before["enablers"], given["enablers"])
            # The form asks for words alone: what a program picked stays for as long as they do.
            given["institution"] = before["institution"] if given["holder"] == before["holder"] else None
        kind.change(db, entry, read_answers(kind.answers, given), where.shape)
    except InvalidFields as error:
        raise InvalidFields(errors_by_field(error.errors)) from error
    except Invalid as error:
        raise InvalidFields(errors_by_field({error.field or step.fields[0]: error.message})) from error


def _where(db: Session, entry: AnyEntry, raw: Raw) -> Where:
    return find_where(db, raw, None if text_of(raw, "forget") else kept_shape(entry))


def _nothing(stored: Raw, field: str) -> str | list[str]:
    """What a field holds that a browser did not send: no box was ticked."""
    return [] if isinstance(stored.get(field), list) else ""


def _refuse(errors: dict[str, str]) -> None:
    if errors:
        raise InvalidFields(errors)
