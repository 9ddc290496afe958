"""What the browser's scripts compute without a page: the tests beside this file, run by Node."""

import re

from tests.conftest import ROOT
from tests.scripts.node import ran

FEWEST = 100  # of these tests: none may get lost in silence


def test_what_the_scripts_compute_is_right():
    code, said = ran(ROOT, "unit")
    assert code == 0, said
    assert int(re.search(r"^. pass (\d+)$", said, re.MULTILINE)[1]) >= FEWEST, said
