import os
import threading
from pathlib import Path

import pytest

from models.errors import FileError
from models.files.reading import read_file


def test_a_file_is_read_up_to_its_bound(tmp_path: Path):
    file = tmp_path / "seven"
    file.write_bytes(b"1234567")
    assert read_file(file, 7) == b"1234567"
    with pytest.raises(FileError, match=r"seven has 0\.0 MB; expected at most 0\.0 MB\. Name another file\."):
        read_file(file, 6)


def test_a_sparse_file_is_refused_by_its_size_and_not_read(tmp_path: Path):
    file = tmp_path / "sparse.pt"
    with file.open("wb") as sparse:
        sparse.truncate(40 * 2**30)
    with pytest.raises(
        FileError, match=r"sparse\.pt has 40,960\.0 MB; expected at most 5\.0 MB\. Take a smaller one\."
    ):
        read_file(file, 5 * 2**20, "Take a smaller one.")


def test_a_pipe_is_read_no_further_than_its_bound(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for length, most in ((5, 5), (6, 5)):
        writer = threading.Thread(target=pipe.write_bytes, args=(b"x" * length,))
        writer.start()
        if length <= most:
            assert read_file(pipe, most) == b"xxxxx"
        else:
            with pytest.raises(FileError, match="pipe has more than that; expected at most"):
                read_file(pipe, most)
        writer.join()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "nowhere cannot be opened: No such file or directory"),
        (".", "cannot be opened: Is a directory"),
        ("a" * 300, "cannot be opened: File name too long"),
        ("/dev/zero", "/dev/zero is a device; expected a file"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, path: str, message: str):
    with pytest.raises(FileError, match=message):
        read_file(tmp_path / path, 100)
