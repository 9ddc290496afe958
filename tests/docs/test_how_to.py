"""docs/how-to.md does what it says: its blocks run one after the other, and name nothing that is not promised."""

import re
from pathlib import Path

import pytest

import models
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    assert len(BLOCKS) == 10
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    for number, block in enumerate(BLOCKS, 1):
        exec(compile(block, f"how-to.md, block {number}", "exec"), known)
    assert f"{known['network']!r}" in TEXT
    assert "@misc{nanda2023" in capsys.readouterr().out


def test_it_uses_promised_names_alone():
    used = set(re.findall(r"\bmodels\.(\w+)", "\n".join(BLOCKS)))
    assert used <= set(models.__all__)


DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_documents_leads_somewhere(path: Path):
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    near = [link for link in links if not re.match(r"[a-z]+:", link)]
    for link in near:
        file, _, heading = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), f"{path.name} links to {link}"
        if heading and target.suffix == ".md":
            titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}
