"""Tables of readings, cell by cell: no two columns of these readings are alike."""

from dashboard.tables.sweeps import readings_table
from models.hyperparameters import Hyperparameters
from models.readings.candidate import Tried
from models.task import Operation

ONE = Hyperparameters(activation="relu", heads=2, norm="none")
OTHER = Hyperparameters(
    activation="gelu", mask="none", tables="separate", first_bias="twice", coefficient=0.5, order="x > y",
    operation=Operation(1, -1), tokens="a b s0", heads=4, norm="layer", norm_place="after", table_scale="root",
)  # fmt: skip


def test_each_reading_has_its_facts_and_what_came_of_it():
    table = readings_table([Tried(ONE, 0.75, 1.5, half_step=0.25), Tried(OTHER, 0.5, 2.25, rule="a·b")])
    assert {name: list(table[name]) for name in table} == {
        "activation": ["relu", "gelu"],
        "attention coefficient": [1.0, 0.5],
        "attention mask": ["causal", "none"],
        "tables": ["shared", "separate"],
        "first bias": ["once", "twice"],
        "order of weights": ["", "x > y"],
        "tokens": ["", "a b ="],
        "heads": [2, 4],
        "norms": ["none, before", "layer, after"],
        "embedding times": ["1", "√d"],
        "computes": ["a + b", "a·b"],
        "pairs right": ["75.00%", "50.00%"],
        "loss (nats)": ["1.5", "2.25"],
        "half-step test": ["25.00%", "not run"],
    }


def test_what_all_readings_share_is_left_out_and_so_is_a_test_that_none_was_put_to():
    table = readings_table([Tried(ONE, 0.75, 1.5), Tried(Hyperparameters(activation="gelu", heads=2), 0.75, 1.5)])
    assert list(table) == ["activation", "pairs right", "loss (nats)"]
