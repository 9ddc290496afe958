from pathlib import Path

import pytest

import models
from models.formats.registry import network_to_bytes
from tests.oracles import hand_built


def test_a_notebook_opens_operates_and_counts(tmp_path: Path):
    file = tmp_path / "clock.pt"
    file.write_bytes(network_to_bytes(hand_built(13, (1, 3, 4)), ".pt", {}))
    operated = models.transplant(models.open_network(file), models.linked_recipe(17, {1: 7, 3: -8, 4: -4}))
    assert models.evaluate(operated).counts.right == 17**2


@pytest.mark.parametrize("name", models.__all__)
def test_what_is_promised_is_there(name: str):
    assert getattr(models, name).__doc__
