"""The faults of a careless refactoring in JavaScript, one at a time, at places that tree-sitter finds."""

import itertools
from collections.abc import Callable, Iterator

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from tests.mutants.faults import Fault, cut_to_change

PARSER = Parser(Language(tree_sitter_javascript.language()))
OPERATORS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===", "+": "-", "-": "+", "*": "/", "/": "*",
    "%": "*", "&&": "||", "||": "&&", "??": "&&", "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=",
}  # fmt: skip
NAMES = (
    ("a", "b"),
    ("x", "y"),
    ("min", "max"),
    ("floor", "ceil"),
    ("cos", "sin"),
    ("width", "height"),
    ("right", "wrong"),
)
OTHER_NAME = {here: there for one, other in NAMES for here, there in ((one, other), (other, one))}
TESTS = "tests/browser/scripts"
UNITS = "tests/scripts/test_units.py"  # of what needs no page
# Which of TESTS look at a script, by its path below assets/; after the units, where these do.
LOOK_AT = {
    "address/address.js": ("address", "bar", "map"),
    "address/page.js": ("page",),
    "address/query.js": ("address",),
    "address/scroll.js": ("page",),
    "circles/circles.js": ("circles",),
    "circles/dials.js": ("circles_dials", "circles"),
    "circles/main.js": ("circles",),
    "circles/pair_map.js": ("circles",),
    "circles/pure/lattice.js": ("circles",),
    "circles/pure/pairs.js": ("circles",),
    "circles/pure/ways.js": ("circles",),
    "circles/tokens.js": ("circles",),
    "console/answer.js": ("one_screen",),
    "console/answers.js": ("counts",),
    "console/bar.js": ("bar",),
    "console/bytes.js": ("counts", "grok"),
    "console/card.js": ("one_screen",),
    "console/colours.js": ("kernel_settings", "map", "dials"),
    "console/console.js": ("counts", "bar", "waves", "map", "dials"),
    "console/counting.js": ("kernel_settings", "counts"),
    "console/dial.js": ("dials", "counts"),
    "console/dom.js": ("dials", "wheel", "map", "waves"),
    "console/equation.js": ("waves", "map"),
    "console/field.js": ("wheel", "dials", "waves"),
    "console/gauge.js": ("map",),
    "console/gestures.js": ("gestures", "dials", "wheel"),
    "console/grid.js": ("map",),
    "console/hands.js": ("counts",),
    "console/kernel_layout.js": ("counts",),
    "console/live.js": ("counts", "kernel_settings"),
    "console/main.js": ("counts",),
    "console/mounted.js": ("counts",),
    "console/pure/card.js": ("one_screen",),
    "console/pure/clock.js": ("dials", "counts"),
    "console/pure/colours.js": ("map",),
    "console/pure/counts.js": ("counts",),
    "console/pure/front.js": ("one_screen",),
    "console/pure/group.js": ("counts", "circles"),
    "console/pure/halves.js": ("waves",),
    "console/pure/keys.js": ("bar",),
    "console/pure/map.js": ("map",),
    "console/pure/margins.js": ("map",),
    "console/pure/modulus.js": ("wheel", "reach_chart"),
    "console/pure/narration.js": ("counts",),
    "console/pure/network_memory.js": ("counts",),
    "console/pure/numbers.js": ("dials", "wheel", "waves"),
    "console/pure/pairs.js": ("waves", "map"),
    "console/pure/percent.js": ("counts",),
    "console/pure/picture.js": ("map",),
    "console/pure/recipes.js": ("dials", "counts"),
    "console/pure/settings.js": ("counts",),
    "console/pure/verdict.js": ("one_screen",),
    "console/pure/waves.js": ("waves",),
    "console/pure/words.js": ("counts", "bar"),
    "console/quick_count.js": ("counts",),
    "console/reach.js": ("reach_chart",),
    "console/ready.js": ("counts",),
    "console/ring.js": ("map", "circles"),
    "console/sealed.js": ("one_screen",),
    "console/seen.js": ("counts",),
    "console/skip.js": ("one_screen",),
    "console/strip.js": ("one_screen",),
    "console/telling.js": ("counts",),
    "console/waves.js": ("waves",),
    "console/wheel.js": ("wheel",),
    "film/bytes.js": ("film",),
    "film/canvas.js": ("film",),
    "film/curves.js": ("film",),
    "film/film.js": ("film",),
    "film/main.js": ("film",),
    "film/pair_map.js": ("film",),
    "film/plane.js": ("film",),
    "film/pure/moments.js": ("film",),
    "film/pure/words.js": ("film",),
    "film/spectrum.js": ("film",),
    "film/timeline.js": ("film",),
    "flow/flow.js": ("flow",),
    "flow/main.js": ("flow",),
    "flow/pictures.js": ("flow",),
    "grok/curves.js": ("grok",),
    "grok/grok.js": ("grok",),
    "grok/guess.js": ("grok",),
    "grok/learner.js": ("grok",),
    "grok/main.js": ("grok",),
    "grok/pictures.js": ("grok",),
    "grok/playback.js": ("grok",),
    "grok/pure/measures.js": ("grok",),
    "grok/pure/pairs.js": ("grok",),
    "grok/pure/settings.js": ("grok",),
    "grok/pure/neurons.js": ("grok",),
    "grok/pure/words.js": ("grok",),
    "grok/training.js": ("grok",),
    "grok/worker.js": ("grok",),
    "places/asking.js": ("places",),
    "places/main.js": ("places",),
    "places/places.js": ("places",),
    "places/pure/sums.js": ("places",),
    "places/pure/walk.js": ("places",),
    "places/pure/words.js": ("places",),
    "steam/drawing.js": ("steam",),
    "steam/main.js": ("steam",),
    "steam/pure/motion.js": ("steam",),
    "steam/pure/words.js": ("steam",),
    "steam/steam.js": ("steam",),
    "sum/pair_boxes.js": ("flow", "steam"),
    "watch/chart.js": ("watch",),
    "watch/face.js": ("watch",),
    "watch/frames.js": ("watch", "places"),
    "watch/main.js": ("watch",),
    "watch/pure/moments.js": ("watch",),
    "watch/pure/votes.js": ("watch",),
    "watch/pure/words.js": ("watch",),
    "watch/timeline.js": ("watch",),
    "watch/watch.js": ("watch",),
}
WITHOUT_PAGE = (
    "circles/pure/",
    "console/pure/",
    "console/bytes.js",
    "grok/pure/",
    "places/pure/",
    "steam/pure/",
    "watch/pure/",
    "address/query.js",
    "console/kernel_layout.js",
    "console/live.js",
    "console/field.js",
)
GENERATED = {"console/kernel_layout.js": ["tests/test_kernel_layout.py"]}  # compared to the letter with what makes it
Change = tuple[str, int, int, str]  # what is done, from where to where, and what stands there then


def script_faults(path: str, source: str) -> list[Callable[[], Fault]]:
    """Every fault of a script; each is made when it is called."""
    text = source.encode()
    return [
        lambda node=node, change=change: _made(path, text, node, change)
        for node in _nodes(PARSER.parse(text).root_node)
        for change in _changes(node)
    ]


def script_tests(path: str) -> list[str]:
    """Files of tests that read what a script computes or shows."""
    name = path.removeprefix("assets/")
    units = [UNITS] if name.startswith(WITHOUT_PAGE) else []
    return [*GENERATED.get(name, []), *units, *(f"{TESTS}/test_{tests}.py" for tests in LOOK_AT[name])]


def _made(path: str, text: bytes, node: Node, change: Change) -> Fault:
    kind, start, stop, other = change
    line = text[:start].count(b"\n") + 1
    first, last = text.rfind(b"\n", 0, start) + 1, text.find(b"\n", stop)
    last = last if last >= 0 else len(text)
    after = text[first:start] + other.encode() + text[stop:last]
    changed = (text[:start] + other.encode() + text[stop:]).decode()
    return Fault(path, line, line, kind, *cut_to_change(text[first:last].decode(), after.decode()), changed)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _changes(node: Node) -> Iterator[Change]:
    yield from _of_operators(node)
    yield from _of_leaves(node)
    if node.type in ("arguments", "array", "formal_parameters"):
        yield from _swapped(node.named_children, "order")
    elif node.type == "object":
        values = [child.child_by_field_name("value") for child in node.named_children if child.type == "pair"]
        yield from _swapped(values, "values")
    elif node.type == "template_string":
        yield from _swapped([child for child in node.named_children if child.type == "template_substitution"], "words")
    elif node.type == "ternary_expression":
        parts = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
        yield from _swapped(parts, "branches")
    elif node.type == "expression_statement" and node.named_children[0].type in (
        "call_expression",
        "assignment_expression",
    ):
        yield "left out", node.start_byte, node.end_byte, ";"
    elif node.type in ("if_statement", "while_statement"):
        test = node.child_by_field_name("condition")
        yield "not", test.start_byte, test.end_byte, f"(!{_text(test)})"


def _of_operators(node: Node) -> Iterator[Change]:
    operator = node.child_by_field_name("operator")
    if node.type in ("binary_expression", "augmented_assignment_expression") and operator is not None:
        if operator.type in OPERATORS and not (operator.type == "+" and _joins_text(node)):
            yield "operator", operator.start_byte, operator.end_byte, OPERATORS[operator.type]
    elif node.type == "unary_expression" and operator is not None and operator.type in ("!", "-"):
        yield "sign", operator.start_byte, operator.end_byte, ""


def _of_leaves(node: Node) -> Iterator[Change]:
    text = _text(node) if node.child_count == 0 else ""
    if node.type == "number":
        value = float(text) if not text.startswith("0x") else float(int(text, 16))
        changed = (value + 1, value - 1) if value.is_integer() else (2 * value,)
        for other in changed:
            yield "constant", node.start_byte, node.end_byte, f"({other:.17g})"
    elif node.type in ("true", "false"):
        yield "constant", node.start_byte, node.end_byte, "false" if text == "true" else "true"
    elif node.type in ("identifier", "property_identifier") and text in OTHER_NAME and not _declares(node):
        yield "name", node.start_byte, node.end_byte, OTHER_NAME[text]


def _swapped(nodes: list[Node | None], kind: str) -> Iterator[Change]:
    """Each exchanged with the next."""
    known = [node for node in nodes if node is not None and node.type != "comment"]
    for one, other in itertools.pairwise(known):
        if _text(one) != _text(other):
            between = node_text_between(one, other)
            yield kind, one.start_byte, other.end_byte, _text(other) + between + _text(one)


def node_text_between(one: Node, other: Node) -> str:
    """What stands between two nodes of one parent."""
    parent = one.parent
    start = parent.start_byte
    return parent.text[one.end_byte - start : other.start_byte - start].decode()


def _declares(node: Node) -> bool:
    """A name that is made here: with another nothing would run."""
    parent = node.parent
    return parent.type in (
        "variable_declarator",
        "formal_parameters",
        "arrow_function",
        "method_definition",
        "pair",
    ) and (parent.child_by_field_name("value") is None or parent.child_by_field_name("value").id != node.id)


def _joins_text(node: Node) -> bool:
    return any(child.type in ("string", "template_string") for child in node.named_children)


def _text(node: Node) -> str:
    return node.text.decode()
