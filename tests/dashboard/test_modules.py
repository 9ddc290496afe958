"""Modules of the browser, joined to one script: in which order, what each sees of another, what is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.assets import ASSETS
from dashboard.components import grok
from dashboard.components.address import address_script
from dashboard.components.circles import circles_script
from dashboard.components.console import console_script, kernels_module
from dashboard.components.film import film_script
from dashboard.components.flow import flow_script
from dashboard.components.grok import grok_script
from dashboard.components.modules import KNOWN, ModuleError, joined, module_of
from dashboard.components.places import places_script
from dashboard.components.steam import steam_script
from dashboard.components.watch import watch_script
from tests.conftest import ROOT
from tests.scripts.node import ran_text

ENTRY = 'import { seen } from "./seen.js"\nexport default seen\n'
PURE = {
    "part/numbers.js": "const SECRET = 1\nexport const ONE = SECRET\n\nexport function twice(x) {\n  return 2 * x\n}\n",
    "part/more.js": 'import { ONE, twice } from "./numbers.js"\nconst SECRET = 40\n'
    "export const ANSWER = SECRET + twice(ONE)\n",
    "main.js": 'import { ANSWER } from "./part/more.js"\nimport {\n  ONE,\n} from "./part/numbers.js"\n'
    "export default [ANSWER, ONE]\n",
}


def refused(given: dict[str, str], entry: str = "main.js") -> str:
    with pytest.raises(ModuleError) as caught:
        joined(Path("assets"), entry, given)
    return str(caught.value)


def test_what_is_joined_computes_what_the_modules_do():
    script = joined(Path("assets"), "main.js", PURE)
    assert ran_text(f"{script}", "[value[0], value[1]].join()") == "42,1"


def test_a_module_stands_once_and_behind_what_it_imports():
    script = joined(Path("assets"), "main.js", PURE)
    assert script.count("function twice") == 1
    assert script.index("function twice") < script.index("const ANSWER") < script.index("export default")


def test_what_a_module_does_not_export_is_its_own():
    script = joined(Path("assets"), "main.js", PURE)
    assert script.count("const SECRET") == 2  # of one name, and yet no syntax error, as Node has shown above
    assert "return { ONE, twice }" in script


def test_comments_with_lines_of_their_own_are_left_out_and_those_in_code_stay():
    text = (
        "/** What. @param {number} x */\nexport const f = (x) => x // why\n  // more\n"
        "/**\n * A *\n */\nconst g = /** @type {any} */ (f)\n"
    )
    assert module_of("m.js", text).body == "const f = (x) => x // why\nconst g = /** @type {any} */ (f)"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"main.js": ENTRY}, "Expected a file below assets/, found none at seen.js, which main.js imports"),
        ({"main.js": ENTRY.replace("./", "../")}, "found none at ../seen.js"),
        ({}, "Expected a file below assets/, found none at main.js, which the script begins with."),
        (
            {"main.js": ENTRY, "seen.js": 'import { x } from "./x.js"\n'},
            "Expected a file below assets/, found none at x.js, which seen.js imports.",
        ),
        (
            {"main.js": ENTRY, "seen.js": "export const scene = 1\n"},
            "main.js: expected seen from seen.js, which exports scene",
        ),
        ({"main.js": ENTRY, "seen.js": "const seen = 1\n"}, "which exports nothing"),
        (
            {"main.js": ENTRY, "seen.js": 'import { x } from "./x.js"\n', "x.js": 'import { seen } from "./seen.js"\n'},
            "Expected imports without a circle, found main.js → seen.js → x.js → seen.js",
        ),
        ({"main.js": 'import { a, a } from "./a.js"\n'}, "main.js: expected each import once, found a twice"),
        ({"main.js": 'import { a } from "./a.js"\nimport { b } from "./a.js"\n'}, "one import from a.js, found two"),
        ({"main.js": "export const a = 1\nexport function a() {}\n"}, "expected each export once, found a twice"),
        (
            {"main.js": ENTRY, "seen.js": "export const seen = 1\nexport default seen\n"},
            "seen.js: expected a default export in main.js alone",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_file_and_name(given: dict[str, str], said: str):
    assert said in refused(given)


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ('import seen from "./seen.js"', 'import seen from "./seen.js"'),
        ('import * as seen from "./seen.js"', "import * as seen"),
        ('import "./seen.js"', 'import "./seen.js"'),
        ('import { a as b } from "./seen.js"', "import { a as b }"),
        ('import { a } from "bare"', 'import { a } from "bare"'),
        ('const seen = await import("./seen.js")', 'import("./seen.js")'),
        ("const here = import.meta.url", "import.meta.url"),
        ("export let changing = 1", "export let changing"),
        ("export { a }", "export { a }"),
        ('export * from "./seen.js"', "export * from"),
        ("export const { a, b } = c", "export const { a, b }"),
        ("  export const indented = 1", "export const indented"),
    ],
)
def test_other_forms_of_imports_and_exports_are_refused_by_their_words(form: str, found: str):
    said = refused({"main.js": f"{form}\n", "seen.js": "export const a = 1\n"})
    assert said.startswith(f"main.js: expected {KNOWN}; found ")
    assert found in said.removeprefix(f"main.js: expected {KNOWN}; found ")


def test_of_a_long_form_that_is_refused_the_beginning_is_said():
    form = f"export {{ {'a' * 100} }}"
    assert refused({"main.js": f"{form}\n"}) == f"main.js: expected {KNOWN}; found “{form[:80]}”."


@pytest.mark.parametrize("words", [" a b ", " a, b c ", " "])
def test_names_that_are_none_are_refused_beside_good_ones(words: str):
    said = refused({"main.js": f'import {{{words}}} from "./a.js"\n', "a.js": "export const a = 1\n"})
    assert said == f"main.js: expected {KNOWN}; found import {{{words}}}."


def test_the_parts_of_the_page_hold_every_script_of_assets_once():
    wanted = {path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.js")}
    scripts = [console_script(), address_script(), watch_script(), flow_script(), places_script(), grok_script()]
    scripts += [circles_script(), film_script(), steam_script()]
    assert all(len(re.findall("^export default", script, re.MULTILINE)) == 1 for script in scripts)
    scripts.append(joined(ASSETS, "grok/worker.js"))  # a thread's, which is text in the one that starts it
    for name in wanted:
        body = module_of(name, (ASSETS / name).read_text(encoding="utf-8")).body
        assert {script.count(body) for script in scripts} in ({0, 1}, {1}), name


@pytest.mark.parametrize(("part", "made"), [("console", kernels_module), ("grok", grok.kernels_module)])
def test_the_kernels_are_what_the_type_checker_is_told(part: str, made: Callable[[], str]):
    declared = (ROOT / f"assets/{part}/kernels.d.ts").read_text(encoding="utf-8")
    named = re.findall(r"^export const (\w+): string$", declared, re.MULTILINE)
    assert list(module_of(f"{part}/kernels.js", made()).exports) == named
