"""Names of modules in a source file, changed from those of the repository to those of the package.

Changed are import statements and docstrings, nothing else, and no line moves. A name of a module in any other string
would go on naming what the package does not hold, so it is refused, except where `_is_accounted_for` knows it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

NAMES = {"models": "clockwork", "dashboard": "clockwork.dashboard"}
_ANY = "|".join(NAMES)
# A module or a file of one: `models.facts`, `dashboard/pages`, `import models`, `-m models`; not `tests/dashboard/…`.
MENTION = re.compile(
    rf"(?<![\w./-])(?:(?:{_ANY})(?=[./]\w)|(?<=import )(?:{_ANY})\b|(?<=from )(?:{_ANY})\b|(?<=-m )(?:{_ANY})\b)"
)
IMPORT = re.compile(rf"from +({_ANY})\b")
# Lines that the page shows for notebooks: they begin with program.import_line(), so `models` is their name for it.
NOTEBOOK_ROOM, NOTEBOOK_CALL = "dashboard/", re.compile(r"models\.(\w+)")
EXCEPTIONS = {
    "models/runtime/program.py": {"models", "python -m models"},  # where the two names are told apart
    # Written into files of the repository, where it says what stands there.
    "models/browser/generated.py": {"// Made by `make layout` from models/browser/layout.py: change it there."},
}


class RenamingError(Exception):
    """A name of a module stands where it cannot be changed."""


@dataclass(frozen=True)
class Change:
    """Bytes of a line that are replaced: the line from 0, its bytes from start to end, and what they become."""

    line: int
    start: int
    end: int
    text: bytes


def renamed(source: bytes, file: str) -> bytes:
    """A source file of the repository as the package holds it. Raises RenamingError naming file and line."""
    lines = source.splitlines(keepends=True)
    tree = ast.parse(source, file)
    documentation = set(_docstrings(tree))
    changes: list[Change] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            changes += _of_import(node, lines, file)
        elif node in documentation:
            changes += _of_docstring(node, lines)
        elif _is_text(node):
            _require_accounted_for(str(node.value), file, node.lineno)
    for change in sorted(changes, key=lambda each: (each.line, each.start), reverse=True):
        line = lines[change.line]
        lines[change.line] = line[: change.start] + change.text + line[change.end :]
    return b"".join(lines)


def check_that_all_exceptions_are_met(root: Path) -> None:
    """Raises RenamingError for an exception of this file's lists that no string needs any more."""
    for file, expected in EXCEPTIONS.items():
        found = {
            node.value for node in ast.walk(ast.parse((root / file).read_bytes())) if isinstance(node, ast.Constant)
        }
        if unmet := expected - found:
            raise RenamingError(f"{file} no longer holds {unmet}; take it out of EXCEPTIONS in {__name__}.")


def _of_import(node: ast.ImportFrom | ast.Import, lines: list[bytes], file: str) -> Iterator[Change]:
    if isinstance(node, ast.Import):
        if any(each.name.partition(".")[0] in NAMES for each in node.names):
            raise RenamingError(
                f"{file}, line {node.lineno}: `{ast.unparse(node)}` makes a name that would have to be "
                "replaced throughout the file; write `from … import …`."
            )
        return
    if node.level or (node.module or "").partition(".")[0] not in NAMES:
        return
    line = lines[node.lineno - 1][node.col_offset :].decode()
    found = IMPORT.match(line)
    if found is None:
        raise RenamingError(f"{file}, line {node.lineno}: expected `from MODULE import` in one line; found {line!r}.")
    start, end = (node.col_offset + place for place in found.span(1))
    yield Change(node.lineno - 1, start, end, NAMES[found[1]].encode())


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and _is_text(first.value):
                yield first.value


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _of_docstring(node: ast.Constant, lines: list[bytes]) -> Iterator[Change]:
    for number in range(node.lineno - 1, node.end_lineno or node.lineno):
        line = lines[number].decode()
        for found in MENTION.finditer(line):
            start = len(line[: found.start()].encode())
            name = NAMES[found[0]]
            is_path = line[found.end() :].startswith("/")
            yield Change(number, start, start + len(found[0]), (name.replace(".", "/") if is_path else name).encode())


def _require_accounted_for(text: str, file: str, line: int) -> None:
    if not _is_accounted_for(text, file):
        raise RenamingError(
            f"{file}, line {line}: the string {text!r} names a module as the repository does; the package "
            "does not hold that name. Say it by models.runtime.program, or account for it in build_backend/renaming.py."
        )


def _is_accounted_for(text: str, file: str) -> bool:
    if text in EXCEPTIONS.get(file, ()):
        return True
    if file.startswith(NOTEBOOK_ROOM):
        text = NOTEBOOK_CALL.sub(lambda call: "" if call[1] in public_names() else call[0], text)
    return text not in NAMES and not MENTION.search(text)


def public_names() -> frozenset[str]:
    """What `models` offers: __all__ of its __init__.py."""
    tree = ast.parse((Path(__file__).parents[1] / "models" / "__init__.py").read_bytes())
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    raise RenamingError("models/__init__.py has no __all__; it says which names lines for notebooks may use.")
