"""A file is there whole or as it was, whatever stands in the way; and why it could not be written is what is told."""

import os
import re
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.errors import FileError
from models.files.writing import SMALLEST, Destination, require_apart, reserved, reserved_if_asked
from tests.conftest import ROOT
from tests.ordinary_user import AS_ORDINARY_USER

LARGE = b"new" * 100_000


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@contextmanager
def files_at_most(size: int):
    """The system refuses to let a file grow beyond this, as a full disk does in the middle of one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_what_is_written_is_there_and_nothing_else(tmp_path: Path):
    with reserved(tmp_path / "some.pt") as place:
        assert not place.path.exists()
        place.write(b"first")
        place.write(LARGE)
        assert place.path.read_bytes() == LARGE
    assert names(tmp_path) == {"some.pt"}


def test_what_stands_there_stays_until_something_is_written(tmp_path: Path):
    file = tmp_path / "some.pt"
    file.write_bytes(b"old")
    with reserved(file):
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == b"old"


def test_nothing_is_reserved_where_nothing_was_asked_for():
    with reserved_if_asked(None) as place:
        assert place is None


@pytest.mark.parametrize("length", [1, 200, 247, 248, 254, 255])
def test_a_name_may_be_as_long_as_names_can_be(tmp_path: Path, length: int):
    with reserved(tmp_path / ("n" * length)) as place:
        place.write(b"new")
    assert names(tmp_path) == {"n" * length}


def test_a_name_of_letters_of_several_bytes_may_be_so_long_too(tmp_path: Path):
    with reserved(tmp_path / ("½" * 127)) as place:
        place.write(b"new")
    assert names(tmp_path) == {"½" * 127}


def test_a_name_that_is_no_text_can_be_written(tmp_path: Path):
    name = os.fsdecode(b"\xff.pt")
    with reserved(tmp_path / name) as place:
        place.write(b"new")
    assert (tmp_path / name).read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere/some.pt", r"there is no folder .*nowhere\. Make it first"),
        ("file/some.pt", r"there is no folder .*file\. Make it first"),
        ("folder", r"Is a directory"),
        ("n" * 256, "File name too long"),
        ("pipe", "it is no regular file. Name another one"),
        ("dangling", r"there is no folder .*gone\. Make it first"),
        ("round", "it is no regular file|Too many levels of symbolic links"),
    ],
)
def test_what_cannot_be_written_is_told_at_once(tmp_path: Path, name: str, message: str):
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone" / "some.pt")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    before = names(tmp_path)
    with pytest.raises(FileError, match=message) as refusal, reserved(tmp_path / name):
        pytest.fail("it was reserved")
    assert str(refusal.value).startswith(f"Cannot write {tmp_path / name}: ")
    assert names(tmp_path) == before


def test_a_device_is_not_replaced_by_a_file():
    with pytest.raises(FileError, match=r"/dev/null: it is no regular file"), reserved(Path("/dev/null")):
        pytest.fail("it was reserved")
    assert Path("/dev/null").is_char_device()


def test_a_disk_without_room_is_told_at_once(tmp_path: Path):
    file = tmp_path / "some.pt"
    file.write_bytes(b"old")
    with files_at_most(50_000), pytest.raises(FileError, match=r"some\.pt: File too large"), reserved(file):
        pytest.fail("it was reserved")
    with files_at_most(2 * SMALLEST):
        with reserved(file):
            pass
        with pytest.raises(FileError, match=r"some\.pt: File too large"), reserved(file, size=3 * SMALLEST):
            pytest.fail("it was reserved")
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == {"some.pt"}


def test_a_disk_that_fills_up_keeps_what_stood_there(tmp_path: Path):
    file = tmp_path / "some.pt"
    file.write_bytes(b"old")
    with reserved(file) as place:
        with files_at_most(100_000), pytest.raises(FileError, match=r"Cannot write .*some\.pt: File too large"):
            place.write(LARGE)
        assert file.read_bytes() == b"old"
        assert {name for name in names(tmp_path) if name.endswith(".partial")} == set()
        place.write(LARGE)
    assert file.read_bytes() == LARGE


def test_cleaning_up_does_not_hide_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    unlink = Path.unlink
    with reserved(tmp_path / "some.pt") as place, monkeypatch.context() as patch:

        def read_only(path: Path, missing_ok: bool = False) -> None:
            if path.exists():
                raise OSError(30, "Read-only file system")
            unlink(path, missing_ok=missing_ok)

        patch.setattr(Path, "unlink", read_only)
        with files_at_most(100_000), pytest.raises(FileError, match="File too large"):
            place.write(LARGE)


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_ctrl_c_in_the_middle_keeps_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "some.pt"
    file.write_bytes(b"old")
    with reserved(file) as place, monkeypatch.context() as patch:
        patch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[moment], interrupt)
        with pytest.raises(KeyboardInterrupt):
            place.write(b"new")
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == {"some.pt"}


def test_a_file_is_on_the_disk_before_it_takes_its_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    seen: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(number: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{number}"))
        seen.append(f"sync {'folder' if path.is_dir() else f'{path.stat().st_size} bytes'}")
        fsync(number)

    def note_replace(path: Path, target: Path) -> Path:
        seen.append(f"{path.stat().st_size} bytes become {target.name}")
        return replace(path, target)

    with reserved(tmp_path / "some.pt") as place:
        monkeypatch.setattr(os, "fsync", note_sync)
        monkeypatch.setattr(Path, "replace", note_replace)
        place.write(b"12345")
    assert seen == ["sync 5 bytes", "5 bytes become some.pt", "sync folder"]


# Links


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path):
    (tmp_path / "large").mkdir()
    link, target = tmp_path / "some.pt", tmp_path / "large" / "real.pt"
    link.symlink_to(target)
    for data in (b"first", b"second"):  # to a file that is not there yet, and to one that is
        with reserved(link) as place:
            place.write(data)
        assert link.is_symlink()
        assert target.read_bytes() == data
    assert names(tmp_path / "large") == {"real.pt"}


def test_a_link_in_the_place_of_the_partial_file_is_not_followed(tmp_path: Path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    place = Destination(tmp_path / "some.pt", tmp_path / "some.pt")
    place.partial.symlink_to(victim)
    with reserved(place.path) as held:
        held.partial.symlink_to(victim)
        held.write(b"new")
    assert victim.read_bytes() == b"untouched"
    assert place.path.read_bytes() == b"new"
    assert not place.path.is_symlink()


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path):
    place = Destination(tmp_path / "some.pt", tmp_path / "some.pt")
    place.lock.symlink_to(tmp_path / "victim")
    with pytest.raises(FileError, match=r"Cannot write .*some\.pt"), reserved(place.path):
        pytest.fail("it was reserved")
    assert not (tmp_path / "victim").exists()


# Permissions


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_keeps_its_permissions(tmp_path: Path, mode: int):
    file = tmp_path / "some.pt"
    file.write_bytes(b"old")
    file.chmod(mode)
    with reserved(file) as place:
        place.write(b"new")
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_has_the_permissions_of_every_new_file(tmp_path: Path, mask: int):
    before = os.umask(mask)
    try:
        with reserved(tmp_path / "some.pt") as place:
            place.write(b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "some.pt").stat().st_mode) == 0o666 & ~mask


RESERVE = """
import sys
from pathlib import Path
from models.errors import FileError
from models.files.writing import reserved
try:
    with reserved(Path(sys.argv[1])) as place:
        place.write(b"new")
except FileError as error:
    print(error)
"""


def as_ordinary_user(path: Path) -> str:
    command = [*AS_ORDINARY_USER, sys.executable, "-c", RESERVE, path]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8").stdout


def test_a_folder_without_permission_is_told(tmp_path: Path):
    (tmp_path / "closed").mkdir(mode=0o555)
    path = tmp_path / "closed" / "some.pt"
    assert as_ordinary_user(path) == f"Cannot write {path}: Permission denied.\n"
    assert names(tmp_path / "closed") == set()


def test_a_file_that_may_not_be_changed_is_not_replaced(tmp_path: Path):
    path = tmp_path / "some.pt"
    path.write_bytes(b"old")
    path.chmod(0o444)
    assert as_ordinary_user(path) == f"Cannot write {path}: it is there and may not be changed. Name another file.\n"
    assert path.read_bytes() == b"old"


# Locks


def test_a_destination_belongs_to_one_at_a_time(tmp_path: Path):
    with reserved(tmp_path / "some.pt") as place:
        place.write(b"mine")
        for other in (place.path, tmp_path / "." / "some.pt"):
            with pytest.raises(FileError, match=r"another run is writing it\. Wait for its end"), reserved(other):
                pytest.fail("it was reserved twice")
        with reserved(tmp_path / "other.pt") as beside:
            beside.write(b"other")
    with reserved(tmp_path / "some.pt") as place:
        place.write(b"yours")
    assert names(tmp_path) == {"some.pt", "other.pt"}


def test_a_destination_is_one_under_all_its_names(tmp_path: Path):
    (tmp_path / "link.pt").symlink_to(tmp_path / "some.pt")
    with reserved(tmp_path / "some.pt"), pytest.raises(FileError, match="another run"), reserved(tmp_path / "link.pt"):
        pytest.fail("it was reserved twice")


@pytest.mark.parametrize("how", ["exit", "os._exit", "kill"])
def test_a_process_that_ends_lets_go_and_its_rest_is_cleared_away(tmp_path: Path, how: str):
    endings = {
        "exit": "raise SystemExit(1)",
        "os._exit": "os._exit(1)",
        "kill": "os.kill(os.getpid(), 9)",
    }
    program = f"""
import os, sys
from pathlib import Path
from models.files.writing import reserved
with reserved(Path(sys.argv[1])) as place:
    place.partial.write_bytes(b"half")
    {endings[how]}
"""
    path = tmp_path / "some.pt"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", program, path], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode != 0
    assert path.read_bytes() == b"old"
    with reserved(path) as place:
        place.write(b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == {"some.pt"}


# What must stay apart


def same_name(folder: Path) -> Path:
    return folder / "." / "in.pt"


def hard_link(folder: Path) -> Path:
    (folder / "hard.pt").hardlink_to(folder / "in.pt")
    return folder / "hard.pt"


def symbolic_link(folder: Path) -> Path:
    (folder / "link.pt").symlink_to(folder / "in.pt")
    return folder / "link.pt"


@pytest.mark.parametrize("make", [same_name, hard_link, symbolic_link])
def test_what_is_read_is_not_written_over(tmp_path: Path, make: Callable[[Path], Path]):
    (tmp_path / "in.pt").write_bytes(b"old")
    other = make(tmp_path)
    with pytest.raises(FileError, match=r"--out .* is the file of FILE; name another one"):
        require_apart({"FILE": tmp_path / "in.pt", "--config": None}, {"--out": other})


def test_two_results_do_not_go_to_one_file(tmp_path: Path):
    with pytest.raises(FileError, match=r"--certificate .* is the file of --out"):
        require_apart({}, {"--out": tmp_path / "c.json", "--certificate": tmp_path / "c.json"})
    require_apart({"FILE": tmp_path / "in.pt"}, {"--out": tmp_path / "c.json", "--certificate": None})


# One place


def test_nothing_else_in_models_opens_a_file_for_writing():
    writes = re.compile(r"\.write_(?:text|bytes)\(|open\([^)]*[\"'][wax]b?\+?[\"']|\.touch\(")
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "models").rglob("*.py")}
    found = {path.name for path, text in sources.items() if writes.search(text)}
    assert found == {"writing.py", "terminal.py"}  # the latter opens the null device
