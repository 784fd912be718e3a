"""Adding, changing and taking back by program: one GeoJSON Feature each, with the edit link as the only credential."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from app.accounts import edit_links
from app.accounts.models import EditLink
from app.contributing.contribution import Added, Sending, add
from app.contributing.form_fields import version_in
from app.contributing.kinds import AnyEntry, Kind, answers_of, kind_named, preview
from app.kit.answers import read_answers
from app.kit.errors import Invalid, NotFound, NotSignedIn, PreconditionFailed, PreconditionMissing
from app.kit.geo import read_geometry
from app.neighbourhoods.entry_service import check_version
from app.publishing.features import Feature
from app.web.house import House, house_of

router = APIRouter(tags=["contribute"])

_NOT_SHOWN = "Nobody will see this entry: its contributor chose not to have it shown."
_MEMBERS = {"type", "geometry", "properties", "id", "bbox"}


async def body_of(request: Request) -> bytes:
    """The whole body; the size was limited before."""
    return await request.body()


Body = Annotated[bytes, Depends(body_of)]


@router.post("/api/collections/{collection}/items", status_code=201)
def add_entry(request: Request, collection: str, body: Body) -> Response:
    """Add an initiative or a barrier: one GeoJSON Feature. Answers with its preview, and `edit_url`, shown once."""
    house = house_of(request)
    kind = kind_named(collection)
    feature = _read_feature(body)
    given, shape = _properties(feature), _shape(feature)
    house.limits.count_contribution(request)
    key = request.headers.get("idempotency-key")
    added = add(house, kind, given, shape, Sending(key, body) if key is not None else None)
    house.limits.mark(request, added.entry_id)
    location = f"{house.settings.web.public_url}/api/collections/{collection}/items/{added.entry_id}"
    return JSONResponse(_told(house, added), status_code=201, headers={"Location": location})


@router.get("/api/mine")
def my_entry(request: Request) -> Response:
    """Your own entry, as you said it, by `Authorization: Bearer` and the secret of its edit link."""
    house = house_of(request)
    with house.private.reading() as db:
        link = _link(request, db, house)
        kind = kind_named(link.collection)
        entry = db.get_one(kind.model, link.entry_id)
        told = _own(db, kind, entry)
    return JSONResponse(told, headers={"ETag": f'"{told["version"]}"'})


@router.patch("/api/collections/{collection}/items/{entry_id}")
def change_entry(request: Request, collection: str, entry_id: str, body: Body) -> Response:
    """Change what is named in the Feature's properties, and its place where it has a `geometry`; the rest stays.

    Wants `Authorization: Bearer` with the secret of the edit link, and `If-Match` with the ETag that you read.
    """
    house = house_of(request)
    kind = kind_named(collection)
    feature = _read_feature(body)
    with house.private.writing() as db:
        entry = _owned(request, db, house, kind, entry_id)
        given = {**answers_of(db, kind, entry), **_properties(feature)}
        shape = _shape(feature) if "geometry" in feature else entry.exact_shape
        if "geometry" in feature and "neighbourhood" not in _properties(feature):
            given["neighbourhood"] = None if shape is not None else given["neighbourhood"]
        kind.change(db, entry, read_answers(kind.answers, given), shape)
        db.flush()  # The new version is part of the answer.
        told = _own(db, kind, entry)
    return JSONResponse(told, headers={"ETag": f'"{told["version"]}"'})


@router.delete("/api/collections/{collection}/items/{entry_id}", status_code=204)
def withdraw_entry(request: Request, collection: str, entry_id: str) -> Response:
    """Take an entry back: its public copy and its words are gone at once, and its link with them."""
    house = house_of(request)
    kind = kind_named(collection)
    with house.private.writing() as db:
        entry = _owned(request, db, house, kind, entry_id)
        kind.withdraw(db, entry)
        edit_links.revoke(db, collection=collection, entry_id=entry_id)
    return Response(status_code=204)


def _read_feature(body: bytes) -> dict[str, Any]:
    try:
        feature = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid("This is not JSON. Send one GeoJSON Feature; numbers must be finite.") from error
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Invalid('Send one GeoJSON Feature: {"type": "Feature", "geometry": ..., "properties": {...}}.')
    unknown = sorted(set(feature) - _MEMBERS)
    if unknown:
        raise Invalid(f"A Feature has no member “{unknown[0][:60]}”. What you say goes into “properties”.")
    return feature


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise Invalid("“properties” must be an object with what you say about it.", field="properties")
    return properties


def _shape(feature: dict[str, Any]) -> BaseGeometry | None:
    geometry = feature.get("geometry")
    return None if geometry is None else read_geometry(geometry)


def _told(house: House, added: Added) -> dict[str, Any]:
    told: dict[str, Any] = {"id": added.entry_id, "publication": added.publication, **_shown(added.shown)}
    if added.edit_secret is not None:
        told["edit_url"] = f"{house.settings.web.public_url}/mine#k={added.edit_secret}"
    else:
        told["note"] = (
            "The edit link is not told again: the key is shorter than 16 characters, or the link was replaced since."
        )
    return told


def _own(db: Session, kind: Kind, entry: AnyEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "version": entry.version,
        "publication": entry.publication,
        "steward_note": entry.steward_note,
        "feature": {
            "type": "Feature",
            "geometry": mapping(entry.exact_shape) if entry.exact_shape is not None else None,
            "properties": answers_of(db, kind, entry),
        },
        **_shown(preview(db, entry)),
    }


def _shown(feature: Feature | None) -> dict[str, Any]:
    if feature is None:
        return {"preview": None, "preview_note": _NOT_SHOWN}
    return {"preview": orjson.loads(feature.as_json())}


def _link(request: Request, db: Session, house: House) -> EditLink:
    scheme, _space, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise NotSignedIn("Send the secret of the edit link: Authorization: Bearer, then what stands behind #k= in it.")
    try:
        return edit_links.find(db, secret.strip())
    except NotSignedIn:
        house.limits.count_guess(request)
        raise


def _owned(request: Request, db: Session, house: House, kind: Kind, entry_id: str) -> AnyEntry:
    """The entry, where the caller's link is for it and their version is the newest."""
    link = _link(request, db, house)
    if (link.collection, link.entry_id) != (kind.collection, entry_id):
        raise NotFound("Your edit link is not for an entry with this id.")
    seen = request.headers.get("if-match")
    if seen is None:
        raise PreconditionMissing("Send If-Match with the ETag of your entry: GET /api/mine tells it.")
    entry: AnyEntry = db.get_one(kind.model, entry_id)
    if seen.strip() != "*":
        version = version_in(seen.strip().removeprefix("W/").strip('"'))
        if version < 0:
            raise PreconditionFailed("If-Match names no version of your entry: GET /api/mine tells it.")
        check_version(entry, version)
    return entry
