from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError

from synthaix import __version__, app, cli
from synthaix.errors import ArgumentError, SettingsError
from synthaix.terminal.files import check_destination, chosen_format, copy_whole

JOB = "0123456789abcdef0123456789abcdef"
SCHEMA = {"columns": [{"name": "city", "type": "string"}, {"name": "n", "type": "integer"}]}


class Scripted:
    """A server with the tools of the contract and none of the work behind them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.count: int | None = 20
        self.states = ["processing", "completed"]
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def build(self, settings: object) -> FastMCP[Any]:
        server: FastMCP[Any] = FastMCP("scripted", version="1")
        for tool in (self.translate_schema, self.start_generation, self.job_status, self.get_rows, self.export_job,
                     self.list_jobs, self.cancel_job, self.resume_job):  # fmt: skip
            server.tool(tool)
        return server

    def translate_schema(self, prompt: str) -> dict[str, Any]:
        return {"schema": SCHEMA, "inferred_count": self.count, "assumptions": ["n counts"], "questions": ["Which n?"]}

    def start_generation(
        self, schema: dict[str, Any], total_rows: int, confirm: str, seed: int | None = None, mode: str | None = None
    ) -> dict[str, Any]:
        self.calls.append(("start", {"schema": schema, "total_rows": total_rows, "confirm": confirm, "seed": seed}))
        plan = {"mode": mode or "local", "requests": 0, "cost_usd": 0.0, "provider": "local", "model": None}
        return {"job_id": JOB, "total_rows": total_rows, "seed": seed or 7, "plan": plan}

    async def job_status(self, job_id: str, ctx: Context, wait_seconds: float | None = None) -> dict[str, Any]:
        if job_id != JOB:
            raise ToolError(f"job_id {job_id!r} does not exist; list_jobs names those there are.")
        await ctx.report_progress(10, 20, "10 of 20 rows")
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return self.status(state)

    def status(self, state: str) -> dict[str, Any]:
        return {
            "job_id": JOB, "status": state, "rows_generated": 20 if state == "completed" else 10, "total_rows": 20,
            "elapsed_seconds": 1.5, "rows_per_second": 13.3, "rows_deduplicated": 2,
            "usage": {"requests": 0, "input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0},
            "message": "The budget is used up." if state == "failed" else None, "resumable": state == "failed",
            "estimated_completion": None,
        }  # fmt: skip

    def get_rows(self, job_id: str, limit: int) -> dict[str, Any]:
        return {"rows": [{"city": "[red]Bonn\x1b[2J", "n": None}], "total": 20, "next_cursor": None, "truncated": False}

    def export_job(self, job_id: str, format: str) -> dict[str, Any]:
        path = self.directory / f"{job_id}.{format}"
        path.write_text("rows\n")
        return {"path": str(path), "format": format, "rows": 20, "bytes": 5, "sha256": "ab" * 32, "resource": ""}

    def list_jobs(self, limit: int, status: str | None = None, cursor: str | None = None) -> dict[str, Any]:
        first = int(cursor or 0)
        job = {"status": "completed", "rows_generated": 5, "total_rows": 5, "created_at": "2026-01-01T12:00:00Z"}
        numbers = range(0) if status else range(first, first + min(limit, 3))
        jobs = [{"job_id": f"{number:032x}", **job} for number in numbers]
        return {"jobs": jobs, "next_cursor": str(first + 3) if jobs and first < 6 else None}

    def cancel_job(self, job_id: str) -> dict[str, Any]:
        return self.status("cancelled")

    def resume_job(self, job_id: str, budget: dict[str, Any] | None = None) -> dict[str, Any]:
        self.calls.append(("resume", {"budget": budget}))
        return self.status("processing")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    scripted = Scripted(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(app, "build_server", scripted.build)
    monkeypatch.setattr("synthaix.protocol.logs.configure_logs", lambda settings: None)
    return scripted


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_first_step_imports_nothing_that_draws_or_calculates() -> None:
    heavy = "{'cyclopts', 'rich', 'fastmcp', 'polars', 'numpy', 'pydantic', 'synthaix.terminal'}"
    script = f"import sys, synthaix.cli, synthaix.__main__; print(sorted({heavy} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_without_arguments_the_stdio_server_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []
    monkeypatch.setattr(app, "serve_stdio", lambda: served.append("stdio"))

    assert cli.run([]) == 0
    assert served == ["stdio"]


def test_an_unusable_variable_is_one_sentence_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise SettingsError("MAX_WORKERS cannot be used: input should be a valid integer.")

    monkeypatch.setattr(app, "serve_stdio", refuse)

    assert run(capsys) == (1, "", "synthaix: MAX_WORKERS cannot be used: input should be a valid integer.\n")


def test_serve_passes_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[str | None, int | None]] = []
    monkeypatch.setattr(app, "serve_http", lambda settings, host, port: served.append((host, port)))

    assert cli.run(["serve", "--host", "127.0.0.1", "--port", "8123"]) == 0
    assert cli.run(["serve"]) == 0
    assert served == [("127.0.0.1", 8123), (None, None)]


def test_the_version_and_the_help_are_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"{__version__}\n", "")
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in ("serve", "generate", "jobs", "status", "resume", "cancel", "export", "doctor"):
        assert command in out


@pytest.mark.parametrize(
    "arguments",
    [["dance"], ["generate", "--rows", "many"], ["generate", "x", "--format", "xlsx"], ["status"], ["status", "a", "b"],
     ["generate"], ["serve", "--port", "high"], ["jobs", "--limit", "0"], ["generate", "x", "--out", "/no/such/a.csv"]],
)  # fmt: skip
def test_a_command_line_that_makes_no_sense_is_one_sentence_and_code_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str], server: Scripted
) -> None:
    code, out, err = run(capsys, *arguments)

    assert code == 2
    assert out == ""
    assert err.startswith("synthaix: ")
    assert err.count("\n") == 1
    assert server.calls == []


def test_generate_goes_from_the_sentence_to_the_path_of_the_file(
    server: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "generate", "20 cities", "--yes", "--seed", "5")

    assert (code, err) == (0, "")
    assert server.calls == [("start", {"schema": SCHEMA, "total_rows": 20, "confirm": "skip", "seed": 5})]
    lines = out.splitlines()
    assert "Schema: 2 columns, 20 rows" in lines
    assert "assumed: n counts" in lines
    assert "10 of 20 rows" in lines
    assert lines[-1] == str(server.directory / f"{JOB}.csv")


def test_rows_of_data_cannot_command_the_terminal(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "generate", "20 cities", "--yes")

    assert "[red]Bonn\ufffd[2J" in out
    assert "\x1b" not in out


def test_the_file_is_copied_to_out_whose_extension_names_the_format(
    server: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "generate", "20 cities", "--yes", "--out", "mine.jsonl")

    assert code == 0
    assert (server.directory / "mine.jsonl").read_text() == "rows\n"
    assert (server.directory / f"{JOB}.jsonl").exists()
    assert out.splitlines()[-1] == str(server.directory / "mine.jsonl")


def test_rows_and_schema_of_the_command_line_win(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    schema = {"columns": [{"name": "a", "type": "boolean"}]}
    Path("schema.json").write_text(json.dumps(schema))

    code, _, _ = run(capsys, "generate", "20 cities", "--yes", "--schema", "schema.json", "--rows", "7")

    assert code == 0
    assert server.calls[0][1]["schema"] == schema
    assert server.calls[0][1]["total_rows"] == 7


def test_a_sentence_without_a_number_needs_rows_when_nobody_is_asked(
    server: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    server.count = None

    code, _, err = run(capsys, "generate", "some cities", "--yes")

    assert code == 2
    assert "add --rows N" in err
    assert server.calls == []


def test_declining_starts_nothing(
    server: Scripted, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    code, out, _ = run(capsys, "generate", "20 cities")

    assert code == 1
    assert out.endswith("Declined; nothing was started.\n")
    assert server.calls == []


def test_a_job_that_fails_says_why_and_how_to_go_on(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    server.states = ["failed"]

    code, out, _ = run(capsys, "generate", "20 cities", "--yes")

    assert code == 1
    assert "The budget is used up." in out
    assert out.splitlines()[-1] == f"Go on with: synthaix resume {JOB}"


def test_an_interruption_says_how_to_go_on(
    server: Scripted, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("synthaix.terminal.generate.follow", interrupted)

    code, _, err = run(capsys, "generate", "20 cities", "--yes")

    assert code == 130
    assert err == f"synthaix: Stopped; the job keeps its rows and goes on with: synthaix resume {JOB}\n"


def test_a_refusing_tool_is_one_sentence_and_code_one(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "status", "nope")

    assert (code, out) == (1, "")
    assert err == "synthaix: job_id 'nope' does not exist; list_jobs names those there are.\n"


def test_jobs_follows_the_pages_up_to_the_limit(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "jobs", "--limit", "5")

    assert code == 0
    assert [f"{number:032x}" in out for number in range(6)] == [True] * 5 + [False]
    assert "synthaix jobs --limit 10" in out
    assert run(capsys, "jobs", "--status", "failed")[1] == "No failed jobs.\n"


def test_status_cancel_and_export_tell_the_outcome(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "status", JOB)[1].startswith(f"Job {JOB} is processing: 10 of 20 rows, 2 duplicates removed.")
    assert "is completed: 20 of 20 rows in 1.5 s" in run(capsys, "status", JOB, "--wait")[1]
    assert "is cancelled" in run(capsys, "cancel", JOB)[1]
    assert run(capsys, "export", JOB, "--format", "sql")[1].splitlines()[-1] == str(server.directory / f"{JOB}.sql")


def test_resume_goes_on_with_a_stopped_job_and_waits(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    server.states = ["failed", "completed"]

    code, out, _ = run(capsys, "resume", JOB, "--budget", "2.5")

    assert code == 0
    assert server.calls == [("resume", {"budget": {"usd": 2.5}})]
    assert "is completed" in out


def test_resume_just_waits_for_a_job_that_runs(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "resume", JOB)

    assert code == 0
    assert server.calls == []
    assert "is completed" in out


def test_the_format_is_that_of_the_option_then_of_the_file_then_csv() -> None:
    assert chosen_format("sql", Path("a.csv")) == "sql"
    assert chosen_format(None, Path("a.Parquet")) == "parquet"
    assert chosen_format(None, Path("a.txt")) == "csv"
    assert chosen_format(None, None) == "csv"


def test_a_copy_replaces_the_file_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    source, out = tmp_path / "source.csv", tmp_path / "out.csv"
    source.write_text("new")
    out.write_text("old")

    assert copy_whole(source, out) == out
    assert out.read_text() == "new"
    with pytest.raises(ArgumentError, match="could not be written"):
        copy_whole(tmp_path / "missing", out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "source.csv"]


def test_a_destination_that_cannot_be_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="is a directory; add a file name"):
        check_destination(tmp_path)
    with pytest.raises(ArgumentError, match="is in no existing directory"):
        check_destination(tmp_path / "a" / "b.csv")
    check_destination(None)
    check_destination(tmp_path / "b.csv")
