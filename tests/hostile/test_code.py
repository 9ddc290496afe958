"""Nothing in a file is ever run, however it is disguised; and every disguise here does run where it is let."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import CheckpointError
from models.formats.limits import UNLIMITED, UPLOAD, Limits
from models.formats.registry import network_from_bytes
from tests.conftest import ROOT
from tests.hostile.payloads import DISGUISES

LOAD = """
import sys
from pathlib import Path
from tests.hostile.payloads import load_unsafely
for path in Path(sys.argv[1]).glob("*.file"):
    load_unsafely(path.read_bytes())
"""


@pytest.mark.parametrize("limits", [UPLOAD, UNLIMITED], ids=["upload", "command line"])
@pytest.mark.parametrize("disguise", DISGUISES)
def test_code_in_a_file_is_refused_and_not_run(tmp_path: Path, disguise: str, limits: Limits):
    name, make = DISGUISES[disguise]
    canary = tmp_path / "canary"
    with pytest.raises(CheckpointError, match=name) as refusal:
        network_from_bytes(make(canary), name, limits)
    assert not canary.exists()
    assert "\n" not in str(refusal.value)


def test_every_canary_sings_where_code_is_run(tmp_path: Path):
    canaries = {disguise: tmp_path / f"{number}.canary" for number, disguise in enumerate(DISGUISES)}
    for disguise, canary in canaries.items():
        canary.with_suffix(".file").write_bytes(DISGUISES[disguise][1](canary))
    subprocess.run([sys.executable, "-W", "ignore", "-c", LOAD, tmp_path], cwd=ROOT, check=True, capture_output=True)
    assert [disguise for disguise, canary in canaries.items() if not canary.exists()] == []
