"""What can go wrong at one node of a syntax tree: pairs of what is done and the function that does it in place."""

import ast
import itertools
from collections.abc import Callable, Iterator, Sequence

Edit = Callable[[ast.AST], None]

COMPARED: dict[type, type] = dict(
    pair
    for one, other in (
        (ast.Lt, ast.LtE),
        (ast.Gt, ast.GtE),
        (ast.Eq, ast.NotEq),
        (ast.Is, ast.IsNot),
        (ast.In, ast.NotIn),
    )
    for pair in ((one, other), (other, one))
)
COMPUTED: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
OPPOSITES = (
    ("a", "b"),
    ("x", "y"),
    ("row", "column"),
    ("rows", "columns"),
    ("cosine", "sine"),
    ("cosines", "sines"),
    ("right", "wrong"),
    ("low", "high"),
    ("before", "after"),
    ("first", "last"),
    ("trained", "operated"),
    ("train", "test"),
)
CALLED = (("min", "max"), ("amin", "amax"), ("argmin", "argmax"), ("any", "all"), ("floor", "ceil"), ("cos", "sin"))


def edits(node: ast.AST, names: frozenset[str]) -> Iterator[tuple[str, Edit]]:
    """Everything that is tried at this node; `names` are those that stand in its file."""
    yield from _of_operators(node)
    yield from _of_constants(node)
    yield from _of_calls(node)
    yield from _of_names(node, names)
    yield from _of_order(node)
    yield from _of_statements(node)


def _of_operators(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in COMPARED:
                yield "comparison", lambda at, place=place: _put(at.ops, place, COMPARED[type(at.ops[place])]())
    elif isinstance(node, ast.BinOp | ast.AugAssign):
        if type(node.op) in COMPUTED and not _joins_text(node):
            yield "arithmetic", lambda at: setattr(at, "op", COMPUTED[type(at.op)]())
    elif isinstance(node, ast.BoolOp):
        yield "and, or", lambda at: setattr(at, "op", ast.Or() if isinstance(at.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            yield "sign", lambda at: setattr(at, "op", ast.UAdd())
        elif isinstance(node.op, ast.Not):
            yield "not", lambda at: setattr(at, "operand", _not(at.operand))


def _of_constants(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield "constant", lambda at: setattr(at, "value", not at.value)
    elif isinstance(node.value, int):
        yield "constant", lambda at: setattr(at, "value", at.value + 1)
        yield "constant", lambda at: setattr(at, "value", at.value - 1)
    elif isinstance(node.value, float):
        yield "constant", lambda at: setattr(at, "value", 2 * at.value or 1.0)


def _of_calls(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if not isinstance(node, ast.Call):
        return
    if not (isinstance(node.func, ast.Name) and node.func.id in ("min", "max")):  # of which order does not matter
        yield from _swaps("argument", node, "args")
    for place, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg != "strict":
            yield "keyword left out", lambda at, place=place: at.keywords.pop(place)
        if keyword.arg and "seed" in keyword.arg and not isinstance(keyword.value, ast.Name | ast.Constant):
            yield "seed", lambda at, place=place: setattr(at.keywords[place], "value", ast.Constant(0))
    fixed = all(isinstance(each, ast.Constant) for each in node.args)
    if isinstance(node.func, ast.Attribute) and node.func.attr == "manual_seed" and not fixed:
        yield "seed", lambda at: _put(at.args, 0, ast.Constant(0))


def _of_names(node: ast.AST, names: frozenset[str]) -> Iterator[tuple[str, Edit]]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        field = "id"
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        field = "attr"
    else:
        return
    name = getattr(node, field)
    other = _opposite(name)
    if other and (other in names or any(name in pair for pair in CALLED)):
        yield "name", lambda at: setattr(at, field, other)
    if field == "id" and name == "seed":
        yield "seed", lambda at: _become(at, ast.Constant, value=0)


def _of_order(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        yield from _swaps("order", node, "elts")
    elif isinstance(node, ast.Dict):
        yield from _swaps("values", node, "values")
    elif isinstance(node, ast.JoinedStr):
        told = [place for place, part in enumerate(node.values) if isinstance(part, ast.FormattedValue)]
        for one, other in itertools.pairwise(told):
            yield "words", lambda at, one=one, other=other: _exchange(at.values, one, other)
    elif isinstance(node, ast.Slice):
        for end in ("lower", "upper"):
            if getattr(node, end) is not None:
                yield "slice", lambda at, end=end: setattr(at, end, None)
    elif isinstance(node, ast.IfExp):
        yield "branches", lambda at: _exchange_fields(at, "body", "orelse")


def _of_statements(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if isinstance(node, ast.If | ast.While) and not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield "not", lambda at: setattr(at, "test", _not(at.test))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "left out", lambda at: setattr(at, "value", ast.Constant(None))
    elif isinstance(node, ast.Break):
        yield "break", lambda at: _become(at, ast.Continue)


def _swaps(kind: str, node: ast.AST, field: str) -> Iterator[tuple[str, Edit]]:
    """Each of a list's entries exchanged with the next, where that makes a difference."""
    entries = getattr(node, field)
    for place, (one, other) in enumerate(itertools.pairwise(entries)):
        if ast.dump(one) != ast.dump(other):
            yield kind, lambda at, place=place: _exchange(getattr(at, field), place, place + 1)


def _opposite(name: str) -> str | None:
    """What a name is easily mistaken for: b for a, table_b for table_a, max for min."""
    for one, other in (*OPPOSITES, *CALLED):
        for here, there in ((one, other), (other, one)):
            if name == here:
                return there
            if name.endswith(f"_{here}"):
                return name.removesuffix(here) + there
            if name.startswith(f"{here}_"):
                return there + name.removeprefix(here)
    return None


def _joins_text(node: ast.BinOp | ast.AugAssign) -> bool:
    """Texts, lists and tuples are joined by +: another sign fails wherever it runs, which no test earns."""
    parts = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    return any(
        isinstance(part, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp)
        or (isinstance(part, ast.Constant) and isinstance(part.value, str | bytes))
        for part in parts
    )


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _become(node: ast.AST, kind: type, **fields: object) -> None:
    """Another kind of node in the same place."""
    for field in node._fields:
        delattr(node, field)
    node.__class__ = kind
    for field, value in fields.items():
        setattr(node, field, value)


def _put(entries: list[ast.AST], place: int, entry: ast.AST) -> None:
    entries[place] = entry


def _exchange(entries: Sequence[ast.AST], one: int, other: int) -> None:
    entries[one], entries[other] = entries[other], entries[one]


def _exchange_fields(node: ast.AST, one: str, other: str) -> None:
    first, second = getattr(node, one), getattr(node, other)
    setattr(node, one, second)
    setattr(node, other, first)
