import os

import pytest

from dashboard.session.budget import BUDGET_SECONDS
from models.formats.decoding import read_contents
from models.formats.limits import UPLOAD
from models.formats.registry import layout_of, open_hyperparameters_of
from tests.bench.crowd import Arrival, Story, Watch, as_markdown, costly, costly_files
from tests.oracles import Shape, random_network


def test_the_files_are_permitted_and_one_is_counted_unasked():
    large, unasked = costly_files()
    for file in (large, unasked):
        contents = read_contents(file.data, file.name, UPLOAD)
        assert layout_of(contents).NAME == "nanda"
        assert len(open_hyperparameters_of(contents)) > 1  # that have to be tried
        assert sum(tensor.numel() for tensor in contents.tensors.values()) <= UPLOAD.elements
    assert len(large.data) > 0.85 * UPLOAD.file_mb * 2**20
    assert "mod 1000, about 9,412 s of a core" in f"{large}"
    assert BUDGET_SECONDS / 3 < float(f"{unasked}".split("about ")[1].split()[0]) < BUDGET_SECONDS


def test_a_file_that_is_too_large_is_none_of_the_benchs():
    with pytest.raises(ValueError, match="larger than a file may be"):
        costly("large.pt", random_network(Shape(modulus=3, width=1500, neurons=9000, head_width=4, layout="zhong")))


def test_the_section_names_medians_and_memory():
    visits = [Arrival(0.5, 2.0), Arrival(0.75, 1.0), Arrival(3.0, 7.0)]
    later = [Arrival(x.painted + 1, x.counted + 10) for x in visits]
    last = [Arrival(x.painted + 2, x.counted + 20) for x in visits]
    story = Story(visits, later, last, 2**30, 2**31, 3 * 2**29, 0.75, 0.02)
    section = as_markdown(story, [], "a machine", ["--visits", "3"])
    assert "`python -m tests.bench.crowd --visits 3`" in section
    assert "| before | 0.75 s | 2.00 s | 7.00 s |" in section
    assert "| meanwhile | 1.75 s | 12.00 s | 17.00 s |" in section
    assert "| 10 s after | 2.75 s | 22.00 s | 27.00 s |" in section
    assert "holds 1,024 MB before, 2,048 MB at its peak, 1,536 MB at the end; it uses 0.75 cores" in section
    assert "and 0.02 from" in section


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="reads what a process uses from /proc")
def test_a_watch_sees_memory_that_comes_and_goes():
    watch = Watch(os.getpid())
    before = watch.resident
    with watch.watching():
        held = bytearray(os.urandom(2**20)) * 600
        watch.cores_over(0.3)
        del held
    assert watch.peak - before > 300 * 2**20
