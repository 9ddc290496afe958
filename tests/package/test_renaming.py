"""Names of modules are changed in imports and docstrings, and nowhere else; a string that would be left is refused."""

import ast

import pytest

from build_backend import renaming
from build_backend.layout import ROOT, packed_files
from build_backend.renaming import RenamingError, check_that_all_exceptions_are_met, public_names, renamed


def of(source: str, file: str = "models/x.py") -> str:
    return renamed(source.encode(), file).decode()


@pytest.mark.parametrize(
    ("written", "packed"),
    [
        ("from models import zoo", "from clockwork import zoo"),
        ("from models.circuits.planes import (\n    a,\n)", "from clockwork.circuits.planes import (\n    a,\n)"),
        ("from dashboard import cache", "from clockwork.dashboard import cache"),
        ("from dashboard.session.state import x  # ü", "from clockwork.dashboard.session.state import x  # ü"),
        ("if 1: é = 2; from models.task import Task", "if 1: é = 2; from clockwork.task import Task"),
        ("def f():\r\n    from models import a\r\n", "def f():\r\n    from clockwork import a\r\n"),
    ],
)
def test_an_import_names_the_package(written: str, packed: str):
    assert of(written) == packed


@pytest.mark.parametrize(
    "kept",
    [
        "from modelsmith import a",
        "from . import models",
        "import torch",
        "models = 1; models.real",
        "x = 'linear models. And more'",
        "x = 'tests/dashboard/test_sinks.py'",
        "from torch import models",
    ],
)
def test_what_names_no_module_of_ours_stays(kept: str):
    assert of(kept) == kept


def test_docstrings_name_the_package_and_keep_their_lines():
    written = '''"""α: see `models.facts`, dashboard/pages and models in general.

    import models
    models.inspect(x)
"""


def f():
    """
    >>> from models import zoo
    """
    return """not a docstring"""
'''
    packed = of(written)
    assert (
        packed
        == '''"""α: see `clockwork.facts`, clockwork/dashboard/pages and models in general.

    import clockwork
    clockwork.inspect(x)
"""


def f():
    """
    >>> from clockwork import zoo
    """
    return """not a docstring"""
'''
    )


@pytest.mark.parametrize(
    "source",
    [
        "x = 'models.bodies.one_layer_kernel'",
        "x = f'python -m models {y}'",
        "x = 'models'",
        "x = ['dashboard/pages/play.py']",
        "x = 'import models'",
    ],
)
def test_a_string_that_names_a_module_is_refused_with_its_place(source: str):
    with pytest.raises(RenamingError, match=r"^models/x\.py, line 2: the string .* names a module"):
        of(f"\n{source}")


def test_lines_for_notebooks_may_use_what_models_offers_and_nothing_else():
    line = 'x = f"models.evaluate({y}).counts"'
    assert of(line, "dashboard/x.py") == line
    for file, source in (("models/x.py", line), ("dashboard/x.py", line.replace("evaluate", "kernel"))):
        with pytest.raises(RenamingError, match="names a module"):
            of(source, file)


@pytest.mark.parametrize("source", ["import models", "import torch, dashboard.cache", "import models.task as task"])
def test_a_plain_import_is_refused(source: str):
    with pytest.raises(RenamingError, match=r"line 1: `import .*; write `from … import …`"):
        of(source)


def test_an_import_over_two_lines_is_refused():
    with pytest.raises(RenamingError, match="in one line"):
        of("from \\\n models import a")


def test_an_exception_that_nothing_needs_is_refused(monkeypatch: pytest.MonkeyPatch):
    check_that_all_exceptions_are_met(ROOT)
    monkeypatch.setitem(renaming.EXCEPTIONS, "models/task.py", {"models.nothing"})
    with pytest.raises(RenamingError, match=r"models/task\.py no longer holds"):
        check_that_all_exceptions_are_met(ROOT)


def test_public_names_are_those_of_the_package():
    import models

    assert public_names() == set(models.__all__)


def test_no_import_of_any_packed_file_names_the_repositorys_modules():
    imports = 0
    for name in packed_files():
        if not name.endswith(".py"):
            continue
        before = (ROOT / name).read_bytes()
        after = renamed(before, name)
        assert len(after.splitlines()) == len(before.splitlines())
        for node in ast.walk(ast.parse(after)):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.partition(".")[0] not in renaming.NAMES
                imports += node.module.partition(".")[0] == "clockwork"
    assert imports > 500
