"""Who may call over HTTP, whose jobs they see, and how much they may ask for."""

from __future__ import annotations

import http.client
import signal
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from fastmcp.server.auth import AccessToken
from fastmcp.server.auth.providers.jwt import RSAKeyPair
from mcp.shared.exceptions import MCPError
from pydantic import SecretStr

from synthaix.app import build_server, serve_http
from synthaix.errors import LimitError, SettingsError
from synthaix.jobs.engine import Engine
from synthaix.jobs.spec import Budget, GenerationRequest
from synthaix.protocol.auth import owner_of
from synthaix.protocol.exposure import check_exposure
from tests.support.server import TRANSACTIONS, call, client_of, finished, http_server, refusal, serving, settings_for

ISSUER = "https://login.example"
AUDIENCE = "synthaix"
KEYS = RSAKeyPair.generate()


def token_of(subject: str, **claims: Any) -> str:
    return KEYS.create_token(subject, **{"issuer": ISSUER, "audience": AUDIENCE, **claims})


def guarded(**variables: str) -> dict[str, str]:
    """The environment of a server that takes this provider's tokens."""
    return {
        "SYNTHAIX_AUTH_PUBLIC_KEY": KEYS.public_key,
        "SYNTHAIX_AUTH_ISSUER": ISSUER,
        "SYNTHAIX_AUTH_AUDIENCE": AUDIENCE,
        **variables,
    }


def connect(base: str, token: str) -> Client[Any]:
    return Client(StreamableHttpTransport(f"{base}/mcp", headers={"Authorization": f"Bearer {token}"}))


def code_of(url: str, body: bytes | None = None, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


async def test_two_subjects_of_one_provider_do_not_see_each_others_jobs(tmp_path: Path) -> None:
    with http_server(tmp_path, **guarded()) as base:
        async with connect(base, token_of("ann")) as ann, connect(base, token_of("bob")) as bob:
            started = await call(ann, "start_generation", schema=TRANSACTIONS, total_rows=50)
            status = await finished(ann, started["job_id"])
            hidden = await refusal(bob, "job_status", job_id=started["job_id"])
            missing = await refusal(bob, "job_status", job_id="0" * 32)
            listed = await call(bob, "list_jobs")
            with pytest.raises(MCPError, match="No job has id"):
                await bob.read_resource(f"synthaix://jobs/{started['job_id']}/schema")
        downloaded = code_of(status["results"]["download_url"])
        stolen = code_of(status["results"]["download_url"].replace("ann", "bob"))

    assert status["status"] == "completed"
    assert hidden.replace(started["job_id"], "0" * 32) == missing
    assert listed["jobs"] == []
    assert downloaded == 200
    assert stolen == 403


def test_a_signed_token_without_a_subject_is_not_taken_for_another_caller() -> None:
    signed = {"iss": ISSUER, "azp": "token"}
    machine = AccessToken(token="t", client_id="token", scopes=[], claims=signed)
    person = AccessToken(token="t", client_id="token", scopes=[], claims={**signed, "sub": "token"})
    static = AccessToken(token="t", client_id="token", scopes=[], claims={"client_id": "token", "scopes": []})

    assert len({owner_of(machine), owner_of(person), owner_of(static)}) == 3


async def test_what_one_caller_exports_another_can_neither_read_nor_replace(tmp_path: Path) -> None:
    with http_server(tmp_path, **guarded(SYNTHAIX_AUTH_TOKEN="static")) as base:
        async with (
            connect(base, token_of("ann")) as ann,
            connect(base, token_of("bob")) as bob,
            connect(base, "static") as static,
        ):
            paths = []
            for client in (ann, static):
                started = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=20)
                await finished(client, started["job_id"])
                exported = await call(
                    client, "export_job", job_id=started["job_id"], format="csv", path="customers.csv"
                )
                paths.append(Path(exported["path"]))
            own = await call(ann, "deduplicate", path="customers.csv")
            hidden = await refusal(bob, "deduplicate", path="customers.csv")
            missing = await refusal(bob, "deduplicate", path="others.csv")
            through = await refusal(static, "deduplicate", path=f"{paths[0].parent.name}/customers.csv")

    exports = tmp_path / "exports"
    assert len(set(paths)) == 2
    assert all(path.is_relative_to(exports) for path in paths)
    assert own["input_rows"] == 20
    assert hidden == missing.replace("others.csv", "customers.csv")
    assert "is not a file" in through


async def test_the_only_caller_of_a_server_works_in_the_export_directory_itself(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "given.csv").write_text("name\nann\nann\n")
    with http_server(tmp_path, SYNTHAIX_AUTH_TOKEN="static") as base:
        async with connect(base, "static") as client:
            result = await call(client, "deduplicate", path="given.csv")
            exported = await call(client, "export_job", job_id=result["result_id"], format="csv", path="unique.csv")

    assert result["unique_count"] == 1
    assert Path(exported["path"]) == tmp_path / "exports" / "unique.csv"


@pytest.mark.parametrize(
    "claims", [{"audience": "another"}, {"issuer": "https://evil.example"}, {"expires_in_seconds": -10}]
)
def test_a_token_for_another_service_or_of_another_issuer_opens_nothing(tmp_path: Path, claims: dict[str, Any]) -> None:
    with http_server(tmp_path, **guarded(SYNTHAIX_AUTH_TOKEN="static")) as base:
        refused = code_of(f"{base}/metrics", Authorization=f"Bearer {token_of('ann', **claims)}")
        signed = code_of(f"{base}/metrics", Authorization=f"Bearer {token_of('ann')}")
        static = code_of(f"{base}/metrics", Authorization="Bearer static")
        bare = code_of(f"{base}/metrics")
        garbage = code_of(f"{base}/mcp", b"{}", Authorization="Bearer " + "A" * 5_000)

    assert refused == bare == garbage == 401
    assert signed == static == 200


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"auth_public_key": "x"}, "SYNTHAIX_AUTH_ISSUER and SYNTHAIX_AUTH_AUDIENCE"),
        ({"auth_public_key": "x", "auth_jwks_url": "https://login.example/keys"}, "keep one of them"),
        (
            {"auth_public_key": "x", "auth_issuer": "i", "auth_audience": "a", "auth_algorithm": "none"},
            "SYNTHAIX_AUTH_ALGORITHM",
        ),
    ],
)
def test_half_a_configuration_of_tokens_is_refused(tmp_path: Path, settings: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        build_server(settings_for(tmp_path, **settings))


def test_an_identity_provider_is_announced_to_clients(tmp_path: Path) -> None:
    variables = guarded(SYNTHAIX_AUTH_JWKS_URL=f"{ISSUER}/keys")
    del variables["SYNTHAIX_AUTH_PUBLIC_KEY"]
    with http_server(tmp_path, **variables) as base:
        with urllib.request.urlopen(f"{base}/.well-known/oauth-protected-resource/mcp") as reply:
            told = reply.read().decode()
        assert code_of(f"{base}/mcp", b"{}") == 401
    assert ISSUER in told


def test_serving_other_machines_needs_authentication(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SYNTHAIX_AUTH_TOKEN"):
        serve_http(settings_for(tmp_path), host="0.0.0.0")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:11434/v1", "http://10.1.2.3/v1", "http://ollama:11434/v1", "http://[::1]/v1",
            "http://169.254.169.254/v1", "http://models.internal/v1"]
)  # fmt: skip
def test_a_private_address_behind_an_exposed_server_must_be_allowed_by_name(tmp_path: Path, url: str) -> None:
    settings = settings_for(tmp_path, auth_token=SecretStr("t"), openai_base_url=url)
    with pytest.raises(SettingsError, match="SYNTHAIX_ALLOW_PRIVATE"):
        check_exposure(settings, "0.0.0.0")
    check_exposure(settings, "127.0.0.1")
    check_exposure(settings.model_copy(update={"allow_private": "on"}), "0.0.0.0")
    check_exposure(settings.model_copy(update={"openai_base_url": "https://api.example.com/v1"}), "0.0.0.0")


async def in_a_burst(client: Client[Any]) -> None:
    for _ in range(40):
        await client.list_tools()


async def test_a_caller_that_asks_too_fast_is_told_so_and_others_are_not(tmp_path: Path) -> None:
    with http_server(tmp_path, **guarded(SYNTHAIX_LIMIT_REQUEST_RATE="5")) as base:
        async with connect(base, token_of("ann")) as ann, connect(base, token_of("bob")) as bob:
            with pytest.raises(MCPError, match=r"Rate limit"):
                await in_a_burst(ann)
            assert await bob.list_tools()


async def started(engine: Engine, rows: int, owner: str | None = "ann", **values: Any) -> str:
    draft = await engine.draft(GenerationRequest(table=TRANSACTIONS, total_rows=rows, mode="local", **values), owner)
    return (await engine.start(draft, owner=owner)).job_id


async def test_a_callers_quotas_bind_for_that_caller_alone(tmp_path: Path) -> None:
    async with Engine(settings_for(tmp_path, quota_jobs=2, quota_cells=500)) as engine:
        await started(engine, 100)
        with pytest.raises(LimitError, match="100 are left"):
            await started(engine, 26)
        await started(engine, 25)
        with pytest.raises(LimitError, match="2 jobs in 24 hours"):
            await started(engine, 1)
        await started(engine, 125, owner="bob")


async def test_a_quota_of_spending_counts_the_budget_of_the_new_job(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, quota_spend=0.5, openai_api_key=SecretStr("a-key"), resume="off")
    async with Engine(settings) as engine:
        request = GenerationRequest(table=TRANSACTIONS, total_rows=10, mode="llm", provider="openai", budget={"usd": 1})
        with pytest.raises(LimitError, match=r"\$1\.00 and \$0\.50 are left"):
            await engine.start(await engine.draft(request, "ann"), owner="ann")


async def test_a_quota_of_spending_counts_what_unfinished_jobs_may_still_spend(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, quota_spend=1.0, openai_api_key=SecretStr("a-key"), resume="off")
    async with Engine(settings) as engine:

        async def start(usd: float) -> str:
            budget = {"usd": usd}
            request = GenerationRequest(
                table=TRANSACTIONS, total_rows=10, mode="llm", provider="openai", budget=budget, max_workers=1
            )
            return (await engine.start(await engine.draft(request, "ann"), owner="ann")).job_id

        first = await start(0.6)
        with pytest.raises(LimitError, match=r"\$0\.60 and \$0\.40 are left"):
            await start(0.6)
        await engine.cancel(first, "ann")
        second = await start(0.6)
        with pytest.raises(LimitError, match=r"\$0\.60 and \$0\.40 are left"):
            await engine.resume(first, owner="ann")
        await engine.resume(first, Budget(usd=0.3), owner="ann")
        with pytest.raises(LimitError, match=r"\$0\.90 and \$0\.70 are left"):
            await engine.resume(second, Budget(usd=0.9), owner="ann")


async def test_a_boolean_is_no_number(tmp_path: Path) -> None:
    async with client_of(settings_for(tmp_path)) as client:
        rows = await refusal(client, "start_generation", schema=TRANSACTIONS, total_rows=True)
        wait = await refusal(client, "job_status", job_id="0" * 32, wait_seconds=True)
        listed = await call(client, "list_jobs")

    assert rows.startswith("total_rows is ")
    assert wait.startswith("wait_seconds is ")
    assert listed["jobs"] == []


async def test_a_download_can_be_continued_in_ranges(tmp_path: Path) -> None:
    with http_server(tmp_path) as base:
        async with Client(f"{base}/mcp") as client:
            job = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=500)
            url = (await finished(client, job["job_id"]))["results"]["download_url"]

        def part(span: str) -> tuple[int, bytes]:
            request = urllib.request.Request(url, headers={"Range": f"bytes={span}"})
            with urllib.request.urlopen(request) as reply:
                return reply.status, reply.read()

        first, rest = part("0-999"), part("1000-")
        with urllib.request.urlopen(url) as reply:
            whole = reply.read()

    assert first[0] == rest[0] == 206
    assert first[1] + rest[1] == whole


async def test_a_download_goes_on_where_it_broke_off_while_its_bytes_are_the_same(tmp_path: Path) -> None:
    with http_server(tmp_path) as base:
        async with Client(f"{base}/mcp") as client:
            job = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=500)
            url = (await finished(client, job["job_id"]))["results"]["download_url"]
        with urllib.request.urlopen(url) as reply:
            whole, version = reply.read(), reply.headers["ETag"]
        request = urllib.request.Request(url, headers={"Range": "bytes=1000-", "If-Range": version})
        with urllib.request.urlopen(request) as reply:
            status, rest = reply.status, reply.read()

    assert status == 206
    assert rest == whole[1000:]


def test_a_body_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with http_server(tmp_path) as base:
        connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=30)
        connection.putrequest("POST", "/mcp")
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(5_000_000))):
            connection.putheader(name, value)
        connection.endheaders()
        refused = connection.getresponse().status
        connection.close()
        assert code_of(f"{base}/health") == 200
    assert refused == 413


async def test_a_server_asked_to_stop_parks_its_job_for_the_next_one(tmp_path: Path) -> None:
    rows = 3_000_000
    with serving(tmp_path) as (base, process):
        async with Client(f"{base}/mcp") as client:
            job = await call(client, "start_generation", schema=TRANSACTIONS, total_rows=rows)
        process.send_signal(signal.SIGTERM)
        assert await anyio.to_thread.run_sync(process.wait, 30) in {0, -signal.SIGTERM}
    with serving(tmp_path) as (base, _):
        async with Client(f"{base}/mcp") as client:
            status = await finished(client, job["job_id"])

    assert status["status"] == "completed"
    assert status["rows_generated"] == rows
