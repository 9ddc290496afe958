import json
import subprocess
import sys

from tests.conftest import ROOT

HEAVY = ("pandas", "plotly", "streamlit")


def heavy_modules_after(statement: str) -> list[str]:
    """Which of the heavy packages a fresh process has loaded after a statement."""
    program = f"{statement}; import json, sys; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return json.loads(done.stdout)


def test_importing_models_and_its_command_line_loads_nothing_that_shows():
    assert heavy_modules_after("import models, models.__main__") == []


def test_the_test_above_can_fail():
    assert heavy_modules_after("import pandas") == ["pandas"]
