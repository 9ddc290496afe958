import pytest

from tests.bench.frames import Drag, pairs_in
from tests.bench.times import stolen_share


def test_a_sentence_of_the_console_tells_how_many_pairs_were_counted():
    assert pairs_in("12,000 of all 12,769 pairs right; 1 undecided, 768 wrong") == 12769
    assert pairs_in("4,000 of 4,096 sampled of all 65,536 pairs right; 0 undecided, 96 wrong") == 4096
    with pytest.raises(ValueError, match="has the console changed"):
        pairs_in("counting")


def test_a_row_says_whether_all_pairs_were_counted():
    whole = Drag("clock", 10, 31.4, 59.9, 18.2, 100)
    assert whole.row == "| clock | 10 | 31 | 18 ms | all 100 | 60 |"
    assert "| 64 of 100 |" in Drag("clock", 10, 31.4, 59.9, 18.2, 64).row


def test_the_stolen_share_is_of_the_time_between():
    before = "cpu  10 0 10 80 0 0 0 5 0 0"
    after = "cpu  40 0 20 110 0 0 0 35 0 0"
    assert stolen_share(before, after) == 0.3
