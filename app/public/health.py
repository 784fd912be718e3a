"""Is it up, and is it ready? For load balancers; nothing is told beyond that."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from app.kit.errors import Unavailable
from app.web.house import house_of

router = APIRouter()


@router.get("/health", include_in_schema=False)
async def health() -> JSONResponse:
    """The process is alive."""
    return JSONResponse({"status": "up"})


@router.get("/ready", include_in_schema=False)
def ready(request: Request) -> JSONResponse:
    """Both sides answer, and the migrations are at the newest. 503 otherwise."""
    house = house_of(request)
    if not house.private.is_up_to_date():
        raise Unavailable("The database is not at the newest version yet.", retry_after=10)
    house.published.version("initiatives")
    return JSONResponse({"status": "ready"})
