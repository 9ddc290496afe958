"""ES modules of assets/ as one script, joined when the app starts: Streamlit takes a component's script as one text.

A module is put into a function of its own, so that only what it exports can be seen from outside, and each stands after
those that it imports. Of the language's forms those are known that are used here; any other is refused by name, because
a form that is overlooked would fail in the browser alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath

IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.[^"\n]*)"$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function\*?|function\*?|class|const) *([\w$]+))", re.MULTILINE)
DEFAULT = re.compile(r"^export default\b", re.MULTILINE)
LEFT_OVER = re.compile(r"^\s*(?:import|export)\b.*|\bimport *[(.].*", re.MULTILINE)
COMMENT = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.MULTILINE
)  # that has lines of its own
NAME = re.compile(r"[A-Za-z_$][\w$]*")
KNOWN = 'import { name } from "./file.js", and export before const, function or class'


class ModuleError(Exception):
    """Modules that cannot be joined: which file, what was expected there and what was found."""


@dataclass(frozen=True)
class Module:
    """One file.

    Attributes:
        name: its path from the folder that all of them are in, such as console/dial.js.
        imports: for each module that it names, the names that it takes from there.
        exports: the names that it gives.
        body: its text without the words of imports and exports.
        has_default: whether it is one that Streamlit can call.
    """

    name: str
    imports: Mapping[str, tuple[str, ...]]
    exports: tuple[str, ...]
    body: str
    has_default: bool


def joined(root: Path, entry: str, given: Mapping[str, str] | None = None) -> str:
    """The script of `entry`, with everything that it imports before it.

    Args:
        root: the folder that all modules are in.
        entry: the module to begin with, by its path from there. What it exports stays exported.
        given: texts by such paths, of modules that are no files.

    Raises:
        ModuleError: where a module, an import or an export is none that can be joined.
    """
    order = _in_order(root, entry, given or {})
    places = {module.name: f"module{place}" for place, module in enumerate(order)}
    *others, last = order
    parts = [f"const {places[module.name]} = (() => {{\n{_body(module, places)}\n{_given_out(module)}\n}})()"
             for module in others]  # fmt: skip
    for module in others:
        if module.has_default:
            raise ModuleError(f"{module.name}: expected a default export in {entry} alone, found one here.")
    return "\n".join([*parts, _body(last, places)]) + "\n"


def module_of(name: str, text: str) -> Module:
    """A module by its text. Raises ModuleError."""
    imports: dict[str, tuple[str, ...]] = {}
    for words, target in IMPORT.findall(text):
        source = normpath(join(dirname(name), target))
        if source in imports:
            raise ModuleError(f"{name}: expected one import from {source}, found two.")
        imports[source] = _names(name, words)
    exports = tuple(EXPORT.findall(text))
    body = COMMENT.sub("", EXPORT.sub("", IMPORT.sub("", text)))
    has_default = bool(DEFAULT.search(body))
    if found := LEFT_OVER.search(DEFAULT.sub("", body, count=1)):
        raise ModuleError(f"{name}: expected {KNOWN}; found “{found[0].strip()[:80]}”.")
    for what, names in (("import", [each for taken in imports.values() for each in taken]), ("export", exports)):
        if twice := next((each for each in names if list(names).count(each) > 1), None):
            raise ModuleError(f"{name}: expected each {what} once, found {twice} twice.")
    return Module(name, imports, exports, body.strip("\n"), has_default)


def _names(name: str, words: str) -> tuple[str, ...]:
    names = [word.strip() for word in words.split(",")]
    if names and not names[-1]:
        names.pop()  # behind the last comma
    if not names or not all(NAME.fullmatch(each) for each in names):
        raise ModuleError(f"{name}: expected {KNOWN}; found import {{{words}}}.")
    return tuple(names)


def _in_order(root: Path, entry: str, given: Mapping[str, str]) -> list[Module]:
    """Every module that is needed, behind those that it imports."""
    done: dict[str, Module] = {}

    def visit(name: str, way: tuple[str, ...]) -> Module:
        if name in way:
            raise ModuleError(f"Expected imports without a circle, found {' → '.join((*way, name))}.")
        if name not in done:
            module = module_of(name, _text(root, name, given, way))
            for source, names in module.imports.items():
                _compare(module, names, visit(source, (*way, name)))
            done[name] = module
        return done[name]

    visit(entry, ())
    return list(done.values())


def _text(root: Path, name: str, given: Mapping[str, str], way: tuple[str, ...]) -> str:
    if name in given:
        return given[name]
    if name.startswith("..") or not (root / name).is_file():
        named = f"{way[-1]} imports" if way else "the script begins with"
        raise ModuleError(f"Expected a file below {root.name}/, found none at {name}, which {named}.")
    return (root / name).read_text(encoding="utf-8")


def _compare(module: Module, names: tuple[str, ...], source: Module) -> None:
    for name in names:
        if name not in source.exports:
            offered = ", ".join(sorted(source.exports)) or "nothing"
            raise ModuleError(f"{module.name}: expected {name} from {source.name}, which exports {offered}.")


def _body(module: Module, places: Mapping[str, str]) -> str:
    taken = [f"const {{ {', '.join(names)} }} = {places[source]}" for source, names in module.imports.items()]
    return "\n".join([*taken, module.body])


def _given_out(module: Module) -> str:
    return f"return {{ {', '.join(module.exports)} }}"
