from collections import Counter

from tests.bench.landing import Landing, as_markdown, frame_length


def test_a_frame_is_as_long_as_its_bytes_and_not_as_their_letters():
    assert frame_length({"opcode": 2, "payloadData": "AAECAwQF"}) == 6
    assert frame_length({"opcode": 1, "payloadData": "é"}) == 2


def test_the_section_names_the_median_the_sum_and_plotly():
    visits = [Landing(seconds, Counter(Script=2_000_000, Font=40_000), ["/index.js"]) for seconds in (3.0, 1.0, 1.5)]
    section = as_markdown(visits, "a machine", [])
    assert "Median of 3 visits: **1.50 s** (1.00 to 3.00 s).\nNo chunk of Plotly" in section
    assert section.endswith("| all | 2,040 kB |")
    with_plotly = Landing(1.0, Counter(), ["/static/js/PlotlyChart.abc.js"])
    assert "A chunk of Plotly is loaded." in as_markdown([with_plotly], "a machine", [])
