"""Which files of the repository are packed, and where they lie in the package."""

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from build_backend.renaming import check_that_all_exceptions_are_met, renamed

ROOT = Path(__file__).parents[1]
PACKAGE = PurePosixPath("clockwork")

# Rooms that become the package, and the endings of what is packed of them: what else lies there is nobody's but the
# developer's. A test compares with what git tracks.
ROOMS = {
    "models": (PACKAGE, (".py", ".json", ".safetensors", ".typed")),
    "dashboard": (PACKAGE / "dashboard", (".py",)),
    "assets": (PACKAGE / "assets", (".css", ".html", ".js", ".svg", ".wasm")),
}
# Streamlit makes the folder of its script importable, and reads its settings there: it gets a folder of its own.
FILES = {
    "app.py": PACKAGE / "site" / "app.py",
    ".streamlit/config.toml": PACKAGE / "site" / ".streamlit" / "config.toml",
    "docs/glossary.md": PACKAGE / "docs" / "glossary.md",  # which the page of this name shows
}
ABOUT = ("LICENSE", "README.md", "pyproject.toml")  # what setuptools makes the metadata of

# What a source distribution holds beside all these.
MORE_ROOMS = {
    "assets": (".c", ".h", ".png", ".ts"),
    "build_backend": (".py",),
    "docs": (".ipynb", ".md", ".py"),
    "examples": (".py",),
    "tests": (".ini", ".js", ".json", ".py", ".sh", ".txt"),
}
MORE_FILES = (
    ".ci/run",
    ".gitignore",
    ".npmrc",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "Makefile",
    "eslint.config.js",
    "package-lock.json",
    "package.json",
    "requirements-dev.txt",
    "requirements-kernel.txt",
    "requirements-peer.txt",
    "requirements.txt",
    "tsconfig.json",
)


def packed_files() -> dict[str, PurePosixPath]:
    """Files of the repository that the wheel holds, and where in it they lie."""
    found = dict(FILES)
    for room, (place, endings) in ROOMS.items():
        found |= {f"{room}/{name}": place / name for name in _inside(room, endings)}
    return found


def source_files() -> list[str]:
    """Files of the repository that a source distribution holds."""
    more = (f"{room}/{name}" for room, endings in MORE_ROOMS.items() for name in _inside(room, endings))
    return sorted({*packed_files(), *more, *MORE_FILES, *ABOUT})


def _inside(room: str, endings: tuple[str, ...]) -> Iterator[str]:
    for path in sorted((ROOT / room).rglob("*")):
        if path.suffix in endings and path.is_file():
            yield path.relative_to(ROOT / room).as_posix()


def lay_out(folder: Path) -> None:
    """The package and what its metadata are made of, in an empty folder. Raises RenamingError."""
    for name, place in packed_files().items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".py":
            target.write_bytes(renamed((ROOT / name).read_bytes(), name))
        else:
            shutil.copyfile(ROOT / name, target)
    check_that_all_exceptions_are_met(ROOT)
    for name in ABOUT:
        shutil.copyfile(ROOT / name, folder / name)
