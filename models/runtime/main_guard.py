"""Whether a script may begin processes: each of them runs it again, up to its main guard."""

import ast
import sys
from pathlib import Path

from models.errors import ClockworkError

GUARD = 'if __name__ == "__main__":'


def require_main_guard() -> None:
    """Raises ClockworkError where the script that runs has no main guard, so that its processes would begin again."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    if file is None or not str(file).endswith(".py"):
        return  # a terminal, a notebook, a command
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    if not any(isinstance(node, ast.If) and _compares_name(node.test) for node in ast.walk(tree)):
        raise ClockworkError(
            f"{Path(file).name} begins processes, and each would run it from its first line again. Put what it does "
            f"under `{GUARD}`, or give jobs=1."
        )


def _compares_name(test: ast.expr) -> bool:
    sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
