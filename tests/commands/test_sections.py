from pathlib import Path

import pytest

from models.commands import bench
from models.commands.sections import with_section, write_section
from models.errors import FileError
from models.files.writing import reserved

DOCUMENT = "# Title\n\nHead.\n\n## One\n\nfirst\n\n### Inside\n\nmore\n\n## Two\n\nsecond\n"


def test_a_section_takes_the_place_of_its_old_self():
    assert with_section(DOCUMENT, "One", "new") == "# Title\n\nHead.\n\n## One\n\nnew\n\n## Two\n\nsecond\n"


def test_a_new_section_comes_behind_the_others():
    assert with_section(DOCUMENT, "Three", "third\n") == f"{DOCUMENT}\n## Three\n\nthird\n"


def test_writing_the_same_again_changes_nothing():
    assert with_section(DOCUMENT, "Two", "second") == DOCUMENT


def test_a_file_that_is_no_text_is_left_alone(tmp_path: Path):
    picture = tmp_path / "picture.md"
    picture.write_bytes(b"\xff\xfe\x00")
    with reserved(picture) as place, pytest.raises(FileError, match="cannot be read as text"):
        write_section(place, "One", "text", document_title="Title")
    assert picture.read_bytes() == b"\xff\xfe\x00"


def test_bench_writes_its_own_section_and_keeps_the_others(clockwork, workshop: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bench, "PRODUCT_SIZE", 64)
    monkeypatch.setattr(bench, "find_spec", lambda _name: None)  # TransformerLens takes seconds to load
    monkeypatch.setattr(bench, "find_dials", lambda *_arguments: None)
    report = workshop / "report.md"
    report.write_text("# Benchmarks\n\n## Frames\n\nwritten by another command\n", encoding="utf-8")
    code, _out, err = clockwork("bench clock.pt --repeats 1 --threads 1 --out report.md")
    assert (code, err) == (0, "")
    written = report.read_text(encoding="utf-8")
    assert "## Frames\n\nwritten by another command\n" in written
    assert written.count(f"## {bench.SECTION}\n") == 1
    assert "`python -m models bench clock.pt --repeats 1 --threads 1 --out report.md`" in written
