"""The API's documentation as a page of our own, drawn from the OpenAPI document: nothing is loaded from elsewhere."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web.house import house_of

router = APIRouter(include_in_schema=False)

_METHODS = ("get", "post", "patch", "put", "delete")


@router.get("/api/docs")
def docs(request: Request) -> Response:
    """Every operation, its parameters and answers."""
    house = house_of(request)
    document = request.app.openapi()
    operations = [
        _operation(method, path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if method in _METHODS
    ]
    context = {"operations": operations, "base": house.settings.web.public_url}
    return house.pages.answer(request, "public/api_docs.html", context, headers={"Cache-Control": "no-cache"})


def _operation(method: str, path: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": method.upper(),
        "path": path,
        "anchor": f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        "description": told.get("description") or told.get("summary", ""),
        "parameters": [_parameter(one) for one in told.get("parameters", ())],
        "answers": sorted((status, answer["description"]) for status, answer in told.get("responses", {}).items()),
    }


def _parameter(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": told["name"],
        "where": told["in"],
        "needed": told.get("required", False),
        "description": told.get("description", ""),
        "words": told.get("schema", {}).get("enum", ()),
    }
