"""Several threads import modules at once, when they are first used: in a cycle one of them is seen half made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import synthaix

PACKAGE = Path(synthaix.__file__).parent


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported_at_once(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run when the module does, not those for type checkers or within functions."""
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            yield statement
        elif isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from imported_at_once(statement.orelse)
        elif isinstance(statement, (ast.If, ast.Try, ast.With, ast.ClassDef)):
            yield from imported_at_once([part for part in ast.walk(statement) if isinstance(part, ast.stmt)][1:])


def imports_of(path: Path, known: dict[str, Path]) -> set[str]:
    """What a module asks for by name. A package that it lies in is not waited for, unless it is named."""
    found = set()
    for statement in imported_at_once(ast.parse(path.read_text()).body):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif statement.module is not None:
            inner = {f"{statement.module}.{alias.name}" for alias in statement.names}
            found |= {statement.module, *inner}
    return found & known.keys()


def test_no_module_needs_itself_to_be_imported() -> None:
    known = modules()
    needs = {name: imports_of(path, known) - {name} for name, path in known.items()}
    while free := [name for name, needed in needs.items() if not needed & needs.keys()]:
        for name in free:
            del needs[name]

    assert len(known) > 250
    assert needs == {}
