"""The HTTP routes beside the protocol's own: health, readiness, metrics and downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from synthaix.errors import ArgumentError, NotFoundError, StoreError, SynthaixError
from synthaix.protocol.links import MEDIA

if TYPE_CHECKING:
    from fastmcp import FastMCP
    from fastmcp.server.auth import AuthProvider
    from starlette.requests import Request

    from synthaix.jobs.engine import Engine
    from synthaix.protocol.links import Links

MEDIA_TYPES = {**MEDIA, "csv": f"{MEDIA['csv']}; charset=utf-8", "sql": "application/sql"}


def add_routes(server: FastMCP[Any], auth: AuthProvider | None, engine: Engine, links: Links) -> None:
    """Add /health, /ready, /metrics and /jobs/{id}/download to the server."""

    @server.custom_route("/health", methods=["GET"])
    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    @server.custom_route("/ready", methods=["GET"])
    async def ready(request: Request) -> Response:
        try:
            await engine.open()
        except SynthaixError as exc:
            return JSONResponse({"status": "not ready", "reason": str(exc)}, status_code=503)
        return JSONResponse({"status": "ready"})

    @server.custom_route("/metrics", methods=["GET"])
    async def metrics(request: Request) -> Response:
        if not await _admitted(request, auth):
            return JSONResponse({"error": "Send the bearer token."}, status_code=401)
        from synthaix.protocol.metrics import exposition

        body, media_type = await exposition(engine)
        return Response(body, media_type=media_type)

    @server.custom_route("/jobs/{job_id}/download", methods=["GET"])
    async def download(request: Request) -> Response:
        return await _download(request, engine, links)


async def _admitted(request: Request, auth: AuthProvider | None) -> bool:
    """Custom routes are outside FastMCP's authentication, so the token is checked here."""
    if auth is None:
        return True
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and bool(token) and await auth.verify_token(token) is not None


async def _download(request: Request, engine: Engine, links: Links) -> Response:
    from starlette.responses import FileResponse

    job_id, query = request.path_params["job_id"], request.query_params
    format, owner = query.get("format", "csv"), query.get("owner")
    try:
        if format not in MEDIA_TYPES:
            raise ArgumentError(f"format is {format[:20]!r}; ask for one of {', '.join(MEDIA_TYPES)}.")
        links.check(job_id, format, query.get("expires", ""), query.get("signature", ""), owner)
        exported = await engine.export(job_id, format, None, owner)
    except NotFoundError as exc:
        return PlainTextResponse(str(exc), status_code=404)
    except ArgumentError as exc:
        return PlainTextResponse(str(exc), status_code=403)
    except StoreError as exc:
        return PlainTextResponse(str(exc), status_code=503)
    except SynthaixError as exc:
        return PlainTextResponse(str(exc), status_code=400)
    # The file is written anew for each request, so its time says nothing; its bytes are the same, and whoever continues
    # a download asks by them.
    return FileResponse(
        exported.path,
        media_type=MEDIA_TYPES[format],
        filename=f"{job_id}.{format}",
        headers={"etag": f'"{exported.sha256}"'},
    )
