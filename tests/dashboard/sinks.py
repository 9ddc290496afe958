"""Finds text that reaches Streamlit without having gone through foreign_text, by reading the dashboard's source.

Shown as it stands may be: literals, numbers, what our own functions make of these, and what foreign_text returns. What
is a number, annotations tell. Where a function shows its own `str` parameter, its callers' arguments are looked at.
Everything else is found.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from streamlit.delta_generator import DeltaGenerator


def _words(text: str) -> set[str]:
    return set(text.split())


DRAWN = _words("code columns container dataframe empty form map plotly_chart")  # no Markdown in these
SHOWING = {name for name in dir(DeltaGenerator) if not name.startswith("_")} - DRAWN | {"Page", "spinner", "toast"}
NO_TEXT = _words(  # keywords whose values are not shown
    "accept_multiple_files anchor args data default disabled expanded file_name format hide_index key label_visibility "
    "max_upload_size on_change on_click required selection_mode type url_path value vertical_alignment width"
)
MADE_SAFE = _words("in_markdown in_plain int float len percent range round")
HANDS_ON = _words(  # what comes out of these went in
    "capitalize get items join list map max min next removeprefix removesuffix reversed rpartition sorted split str "
    "strip sum tuple values zip"
)
PUTS_IN = _words("add append extend update")
NUMBERS = _words("bool dict float int list set tuple Iterable Literal Mapping Sequence Tensor")
NUMBER_FORMAT = re.compile(r"[-+]?,?(\.(\d+|\{\w+\}))?[dfge%]|[-+]?,|[-+]")  # no text can be written so
FUNCTIONS = (ast.FunctionDef, ast.Lambda)
LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Meaning = ast.expr | ast.arg | None


@dataclass(frozen=True)
class Finding:
    """An expression that is shown, and whose text may be anybody's."""

    file: str
    expression: str
    line: int


@dataclass(frozen=True)
class Scope:
    """What names stand for at some place: expressions, None for a number, or a parameter that is none."""

    file: str
    names: Mapping[str, list[Meaning]]

    def with_names(self, more: Mapping[str, list[Meaning]]) -> "Scope":
        """An inner scope."""
        return Scope(self.file, {**self.names, **more})


class Sources:
    """The source of the dashboard, with the annotations of all packages; keys are paths as they are told."""

    def __init__(self, shown: Mapping[str, str], others: Iterable[str] = ()) -> None:
        self.trees = {file: ast.parse(text) for file, text in shown.items()}
        everything = [*self.trees.values(), *map(ast.parse, others)]
        self.aliases = {name for tree in everything for name in _literal_types(tree)}
        self.number_attributes = self._numbers(found for tree in everything for found in _attributes(tree))
        self.number_functions = self._numbers(found for tree in everything for found in _results(tree))
        self.functions: dict[str, list[tuple[str, ast.FunctionDef]]] = defaultdict(list)
        for file, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    self.functions[node.name].append((file, node))
        self.parameters = dict(_parameters(found for named in self.functions.values() for _, found in named))
        self.findings: set[Finding] = set()
        self.seen: set[tuple[str, str]] = set()  # functions whose results, and parameters whose arguments, were read

    def is_number(self, annotation: ast.expr | None) -> bool:
        """Numbers alone, also several of them, and the words of our own Literal types."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        if annotation is None or isinstance(annotation, ast.Constant):
            return False
        return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)} <= NUMBERS | self.aliases

    def _numbers(self, annotated: Iterable[tuple[str, ast.expr | None]]) -> set[str]:
        """The names that are numbers wherever they are annotated."""
        kinds: dict[str, list[bool]] = defaultdict(list)
        for name, annotation in annotated:
            kinds[name].append(self.is_number(annotation))
        return {name for name, numbers in kinds.items() if all(numbers)}

    def find(self) -> set[Finding]:
        """All findings."""
        for file, tree in self.trees.items():
            for scope, call in self._calls(tree, Scope(file, _assigned(tree))):
                if isinstance(call.func, ast.Attribute) and call.func.attr in SHOWING:
                    for shown in _shown(call):
                        self._read(shown, scope)
        return self.findings

    def _calls(self, node: ast.AST, scope: Scope) -> Iterator[tuple[Scope, ast.Call]]:
        """Every call under a node, with the scope that it stands in."""
        for child in ast.iter_child_nodes(node):
            inner = self._inside(child, scope) if isinstance(child, FUNCTIONS + LOOPS) else scope
            if isinstance(child, ast.Call):
                yield inner, child
            yield from self._calls(child, inner)

    def _inside(self, node: ast.AST, scope: Scope) -> Scope:
        """The scope in a function or in a loop of an expression."""
        if isinstance(node, LOOPS):
            return scope.with_names(_names_set((loop.target, loop.iter) for loop in node.generators))
        return self._inside_function(node, scope)

    def _inside_function(self, function: ast.FunctionDef | ast.Lambda, scope: Scope) -> Scope:
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        names = {each.arg: [None if self.is_number(each.annotation) else each] for each in arguments}
        return scope.with_names({**names, **_assigned(function)})

    def _read(self, node: ast.AST | None, scope: Scope) -> None:
        """Note whatever in an expression is not known to be harmless."""
        match node:
            case None | ast.Constant() | ast.Compare():
                pass
            case ast.FormattedValue(value=value, format_spec=ast.JoinedStr() as spec):
                if not NUMBER_FORMAT.fullmatch(ast.unparse(spec)[2:-1]):
                    self._read(value, scope)
            case ast.Attribute():
                self._read_attribute(node, scope)
            case ast.Name():
                self._read_name(node, scope)
            case ast.Call():
                self._read_call(node, scope)
            case ast.IfExp(body=body, orelse=other):
                self._read(ast.List([body, other]), scope)
            case ast.Subscript(value=value):
                self._read(value, scope)
            case ast.Lambda(body=made) | ast.ListComp(elt=made) | ast.SetComp(elt=made) | ast.GeneratorExp(elt=made):
                self._read(made, self._inside(node, scope))
            case _:  # f-strings, sums, lists, dicts: whatever they are made of
                for part in ast.iter_child_nodes(node):
                    if isinstance(part, ast.expr):
                        self._read(part, scope)

    def _read_attribute(self, node: ast.Attribute, scope: Scope) -> None:
        if not node.attr.isupper() and node.attr not in self.number_attributes | {"digest"}:  # constants are ours
            self._note(node, scope)

    def _read_name(self, node: ast.Name, scope: Scope) -> None:
        outside = scope.with_names({node.id: [None]})  # a name that is set to itself ends
        for value in [None] if node.id.isupper() else scope.names.get(node.id, [node]):  # constants are ours
            if isinstance(value, ast.arg) and value.annotation and ast.unparse(value.annotation) == "str":
                self._read_arguments(value)
            elif isinstance(value, ast.arg) or value is node:
                self._note(node, scope)
            else:
                self._read(value, outside)

    def _read_call(self, call: ast.Call, scope: Scope) -> None:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
        if name in MADE_SAFE | SHOWING | DRAWN or name in self.number_functions:
            return
        if name in HANDS_ON:
            taken = [call.func.value] if isinstance(call.func, ast.Attribute) else []
            for part in [*taken, *(each for each in call.args if ast.unparse(each) not in HANDS_ON)]:
                self._read(part, scope)
        elif name in self.functions:
            for file, function in self.functions[name]:
                self._read_result(file, function)
        else:
            self._note(call, scope)

    def _read_result(self, file: str, function: ast.FunctionDef) -> None:
        """What a function of the dashboard returns."""
        if (file, function.name) in self.seen:
            return
        self.seen.add((file, function.name))
        scope = self._inside(function, Scope(file, _assigned(self.trees[file])))
        for node in _own_nodes(function):
            if isinstance(node, ast.Return):
                self._read(node.value, scope)

    def _read_arguments(self, parameter: ast.arg) -> None:
        """What callers hand to a parameter that is shown."""
        function, place = self.parameters[parameter]
        if (function, parameter.arg) in self.seen:
            return
        self.seen.add((function, parameter.arg))
        for file, tree in self.trees.items():
            for scope, call in self._calls(tree, Scope(file, _assigned(tree))):
                if ast.unparse(call.func).rpartition(".")[2] == function:
                    named = [each.value for each in call.keywords if each.arg == parameter.arg]
                    for value in named or call.args[place]:
                        self._read(value, scope)

    def _note(self, node: ast.expr, scope: Scope) -> None:
        self.findings.add(Finding(scope.file, ast.unparse(node), node.lineno))


def _shown(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that people see; options that are formatted are seen as the function writes them."""
    named = {each.arg: each.value for each in call.keywords if each.arg not in NO_TEXT}
    if "format_func" not in named:
        return [*call.args, *named.values()]
    return [*call.args[:1], *call.args[2:], *(value for name, value in named.items() if name != "options")]


def _own_nodes(block: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a block without those of functions inside it."""
    for child in ast.iter_child_nodes(block):
        yield child
        if not isinstance(child, FUNCTIONS):
            yield from _own_nodes(child)


def _assigned(block: ast.AST) -> dict[str, list[Meaning]]:
    """What each name of a block is set to, all over it."""
    return _names_set(pair for node in _own_nodes(block) for pair in _assignments(node))


def _names_set(pairs: Iterable[tuple[ast.expr, ast.expr]]) -> dict[str, list[Meaning]]:
    """The names in targets, each with all that it is set to."""
    found: dict[str, list[Meaning]] = defaultdict(list)
    for target, value in (part for pair in pairs for part in _paired(*pair)):
        for name in ast.walk(target.value if isinstance(target, ast.Subscript) else target):
            if isinstance(name, ast.Name):
                found[name.id].append(value)
    return found


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """A target of several names with what each is set to, where the source tells them apart."""
    match target, value:
        case ast.Tuple(elts=targets), (ast.Tuple(elts=values) | ast.Call(func=ast.Name(id="zip"), args=values)):
            if len(targets) == len(values):
                yield from (part for pair in zip(targets, values, strict=True) for part in _paired(*pair))
            else:
                yield target, value
        case ast.Tuple(elts=[number, element]), ast.Call(func=ast.Name(id="enumerate"), args=[values, *_]):
            yield number, ast.Constant(0)
            yield from _paired(element, values)
        case _:
            yield target, value


def _assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Names, or what they hold, with what a statement sets them to or puts into them."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.NamedExpr(target=target, value=value) | ast.For(target=target, iter=value):
            yield target, value
        case ast.Call(func=ast.Attribute(value=ast.Name() as target, attr=name), args=values) if name in PUTS_IN:
            yield from ((target, value) for value in values)


def _parameters(functions: Iterable[ast.FunctionDef]) -> Iterator[tuple[ast.arg, tuple[str, slice]]]:
    """Parameters with the name of their function, and which of a call's arguments is theirs."""
    for function in functions:
        by_place = [each for each in function.args.args if each.arg != "self"]
        for place, parameter in enumerate(by_place):
            yield parameter, (function.name, slice(place, place + 1))
        for parameter in function.args.kwonlyargs:
            yield parameter, (function.name, slice(0))


def _attributes(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Fields and properties of all classes, with their annotations."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                    yield member.target.id, member.annotation
                elif isinstance(member, ast.FunctionDef) and member.decorator_list:
                    yield member.name, member.returns


def _results(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """All functions, with the annotations of what they return."""
    return ((node.name, node.returns) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _literal_types(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Literal["):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def python_files(*folders: Path) -> list[Path]:
    """All Python files in these folders."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))
