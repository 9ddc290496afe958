"""Work that nobody waits for ends between two slices."""

import threading
import time

import pytest
import torch

from models import zoo
from models.analysis.inspection import inspect
from models.analysis.sampled_inspection import inspect_sample
from models.circuits.findings import Findings
from models.circuits.logits import mean_logit_by_distance
from models.circuits.measures import take_measures
from models.evaluation import cross_entropy_loss, evaluate
from models.evaluation.sample import sampled_interval
from models.formats.decoding import Contents
from models.formats.registry import LAYOUTS
from models.readings import read_network
from models.runtime.interruption import interrupted_by, may_be_interrupted
from tests.oracles import Shape, oracle, random_network


class Gone(BaseException):
    pass


class After:
    """Raises at the so-manieth look, and counts them."""

    def __init__(self, looks: int) -> None:
        self.looks, self.seen = looks, 0

    def __call__(self) -> None:
        self.seen += 1
        if self.seen == self.looks:
            raise Gone


def looks_of(work) -> int:
    """How often work looks whether somebody waits."""
    counting = After(-1)
    with interrupted_by(counting):
        work()
    return counting.seen


WEIGHTS = LAYOUTS["zhong"].write(random_network(Shape(modulus=11, layout="zhong")))
WORK = {
    "a count by rows": lambda: evaluate(zoo.load("transformer-113")),
    "a count by passes": lambda: evaluate(zoo.load("mlp-113"), "plain"),
    "a count by balls": lambda: evaluate(oracle(11, {2: 1.0, 3: 0.7}), "exact"),
    "an inspection": lambda: inspect(zoo.load("one-hot-97")),
    "a sampled inspection": lambda: inspect_sample(zoo.load("transformer-113")),
    "a loss": lambda: cross_entropy_loss(zoo.load("transformer-113")),
    "a sampled accuracy": lambda: sampled_interval(zoo.load("transformer-113"), 100),
    "the mean logits": lambda: mean_logit_by_distance(zoo.load("mlp-113")),
    "all measures": lambda: take_measures(Findings(zoo.load("mlp-113"), (3, 5))),
    "a reading": lambda: read_network(Contents("of nobody's.pt", WEIGHTS)),
}


@pytest.mark.parametrize("kind", WORK)
def test_long_work_ends_at_any_look(kind: str):
    looks = looks_of(WORK[kind])
    assert looks > 0
    for last in {1, (looks + 1) // 2, looks}:
        check = After(last)
        with interrupted_by(check), pytest.raises(Gone):
            WORK[kind]()
        assert check.seen == last  # nothing went on behind it


def test_without_anybody_who_asked_nothing_is_interrupted():
    may_be_interrupted()
    with interrupted_by(After(1)), pytest.raises(Gone):
        may_be_interrupted()
    may_be_interrupted()


def test_other_threads_go_on():
    seen = []
    with interrupted_by(After(1)):
        other = threading.Thread(target=lambda: seen.append(may_be_interrupted()))
        other.start()
        other.join()
    assert seen == [None]


def test_an_interrupted_count_leaves_no_thread_behind():
    before, threads = threading.active_count(), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with interrupted_by(After(2)), pytest.raises(Gone):
            evaluate(zoo.load("transformer-113"))
    finally:
        torch.set_num_threads(threads)
    end = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.01)
    assert threading.active_count() == before
