"""The wheel holds one package with everything in it, and the source distribution everything to make it again."""

import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from build_backend.layout import ROOMS, packed_files, source_files
from models.runtime.version import VERSION
from tests.conftest import ROOT
from tests.package.installing import built_sdist, built_wheel

NOT_PACKED = {
    "assets/console/kernels.d.ts",
    "assets/circles/types.d.ts",
    "assets/console/types.d.ts",
    "assets/film/types.d.ts",
    "assets/flow/types.d.ts",
    "assets/grok/kernels.d.ts",
    "assets/grok/types.d.ts",
    "assets/places/types.d.ts",
    "assets/steam/types.d.ts",
    "assets/watch/types.d.ts",
    "assets/kernel/exponential.h",
    "assets/kernel/kernel.c",
    "assets/kernel/layout.h",
    "assets/kernel/learn.c",
    "assets/screenshot-play.png",
}
INFO = f"clockwork-{VERSION}.dist-info"


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_sdist(tmp_path_factory.mktemp("sdist"))


def listed_by_git(*options: str) -> set[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("Not a checkout: nothing says which files belong to the project.")
    done = subprocess.run(
        ["git", "ls-files", "-z", *options], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    )
    return {name for name in done.stdout.split("\0") if name and (ROOT / name).exists()}


def held(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_everything_of_the_rooms_is_packed():
    of_rooms = {name for name in listed_by_git() if name.partition("/")[0] in ROOMS}
    assert of_rooms - packed_files().keys() == NOT_PACKED, "New endings are named in ROOMS of build_backend/layout.py."


def test_everything_is_in_the_source_distribution():
    left_out = listed_by_git() - set(source_files())
    assert left_out == set(), "New files and endings are named in MORE_FILES and MORE_ROOMS of build_backend/layout.py."


def test_nothing_that_git_ignores_is_packed():
    new = listed_by_git("--others", "--exclude-standard")
    assert set(source_files()) - listed_by_git() - new == set()
    assert set(source_files()) > NOT_PACKED


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path):
    names = held(wheel).keys()
    assert {name for name in names if not name.startswith(INFO)} == {str(each) for each in packed_files().values()}
    assert {name.partition("/")[0] for name in names} == {"clockwork", INFO}
    assert held(wheel)[f"{INFO}/top_level.txt"] == b"clockwork\n"


def test_data_is_packed_byte_for_byte(wheel: Path):
    packed = held(wheel)
    for name, place in packed_files().items():
        if not name.endswith(".py"):
            assert packed[str(place)] == (ROOT / name).read_bytes()


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, sdist: Path, tmp_path: Path):
    top = f"clockwork-{VERSION}"
    assert sdist.name == f"{top}.tar.gz"
    with tarfile.open(sdist) as archive:
        entries = archive.getmembers()
    assert {each.name for each in entries} == {f"{top}/{name}" for name in (*source_files(), "PKG-INFO")}
    assert {(each.uid, each.uname) for each in entries} == {(0, "")}
    assert held(built_wheel(tmp_path, sdist)) == held(wheel)
