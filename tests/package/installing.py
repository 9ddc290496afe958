"""The distributions, built as pip builds them, and the wheel installed: with no network, and nothing fetched."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

OFFLINE = ("--no-index", "--no-deps", "--no-cache-dir", "--quiet")
BUILD_SDIST = "import sys, build_backend; build_backend.build_sdist(sys.argv[1])"


@dataclass(frozen=True)
class Installed:
    """A fresh environment with the wheel in it, and an empty folder to call it from."""

    environment: Path
    folder: Path

    @property
    def python(self) -> str:
        return str(self.environment / "bin" / "python")

    @property
    def command(self) -> str:
        return str(self.environment / "bin" / "clockwork")

    @property
    def package(self) -> Path:
        (found,) = self.environment.glob("lib/python*/site-packages/clockwork")
        return found

    @property
    def variables(self) -> Mapping[str, str]:
        """Of its processes: one thread, so that sums are made in one order, and no path to this repository."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STREAMLIT_"))}
        return kept | {"OMP_NUM_THREADS": "1"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A process in the empty folder."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


def built_wheel(folder: Path, source: Path = ROOT) -> Path:
    """The wheel of a folder or of a source distribution."""
    _pip("wheel", *OFFLINE, "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    (found,) = folder.glob("*.whl")
    return found


def built_sdist(folder: Path) -> Path:
    """The source distribution."""
    subprocess.run([sys.executable, "-c", BUILD_SDIST, folder], cwd=ROOT, capture_output=True, check=True)
    (found,) = folder.glob("*.tar.gz")
    return found


def installed(wheel: Path, folder: Path) -> Installed:
    """The wheel in an environment of its own, beside the packages of the tests' environment."""
    found = Installed(folder / "environment", folder / "empty")
    found.folder.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(found.environment)], check=True)
    (packages,) = found.environment.glob("lib/python*/site-packages")
    (packages / "of_the_tests.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    _pip("--python", found.python, "install", *OFFLINE, str(wheel))
    return found


def _pip(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments], cwd=ROOT, capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
