"""The faults that a careless refactoring makes, one at a time, in Python source.

A fault is found by walking the syntax tree, and made in a fresh tree that is written out whole: so places inside
f-strings are as good as any other. Annotations, docstrings, imports and plain sentences are left alone.
"""

import ast
from collections.abc import Callable, Iterator

from tests.mutants.faults import Fault, cut_to_change
from tests.mutants.python_edits import edits

UNTOUCHED = {"annotation", "returns", "type_params", "ctx"}
Place = tuple[ast.AST, ast.stmt]


def python_faults(path: str, source: str) -> list[Callable[[], Fault]]:
    """Every fault of a file; each is made when it is called."""
    tree = ast.parse(source)
    names = _names(tree)
    return [
        _maker(path, source, place, number)
        for place, (node, _) in enumerate(_places(tree))
        for number, _ in enumerate(edits(node, names))
    ]


def _maker(path: str, source: str, place: int, number: int) -> Callable[[], Fault]:
    def made() -> Fault:
        tree = ast.parse(source)
        node, statement = list(_places(tree))[place]
        kind, edit = list(edits(node, _names(tree)))[number]
        before, first, last = _head(statement), *_lines(statement)
        edit(node)
        ast.fix_missing_locations(tree)
        return Fault(path, first, last, kind, *cut_to_change(before, _head(statement)), ast.unparse(tree) + "\n")

    return made


def _names(tree: ast.AST) -> frozenset[str]:
    """What is named anywhere in the file: a name is only mistaken for another that is there."""
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    named |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return frozenset(named | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)})


def _places(node: ast.AST, statement: ast.stmt | None = None) -> Iterator[Place]:
    """Every node with the innermost statement that it belongs to."""
    if isinstance(node, ast.Import | ast.ImportFrom) or _is_sentence(node):
        return
    if isinstance(node, ast.stmt):
        statement = node
    if statement is not None:
        yield node, statement
    for field, value in ast.iter_fields(node):
        if field not in UNTOUCHED:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_immaterial(node, child):
                    yield from _places(child, statement)


def _is_immaterial(node: ast.AST, child: ast.AST) -> bool:
    """Where no change can be seen.

    What a set-like tuple lists in which order, also of errors that are caught; types; strictness of zip.
    """
    if isinstance(node, ast.Compare):
        return isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(child, ast.Tuple)
    if isinstance(node, ast.ExceptHandler):
        return isinstance(child, ast.Tuple)
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id == "Literal"
    if isinstance(node, ast.Call) and not isinstance(child, ast.keyword):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        return name in ("isinstance", "cast") and child in node.args[1:]
    return isinstance(child, ast.keyword) and child.arg == "strict"


def _is_sentence(node: ast.AST) -> bool:
    """A docstring, or any string by itself."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _lines(statement: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement without its body."""
    first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", []))])
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) else statement.end_lineno or first
    return first, max(first, last, statement.lineno)


def _head(statement: ast.stmt) -> str:
    """A statement without its body, as text."""
    whole = ast.unparse(statement)
    body = getattr(statement, "body", None)
    if not isinstance(body, list):
        return whole
    inner = ast.unparse(body[0]).splitlines()[0]
    return whole.split("\n    " + inner, 1)[0]
