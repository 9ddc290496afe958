"""The figures for papers: vector, small, in the size that was asked for, and with the network's own numbers in them."""

import importlib.util
import math
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch

import models
from tests.conftest import ROOT
from tests.oracles import hand_built

mpl.use("agg")
NETWORK = hand_built(13, (1, 3, 4))


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    found = importlib.util.spec_from_file_location("paper_figures", ROOT / "examples" / "paper_figures.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(figures: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return figures.written(NETWORK, tmp_path_factory.mktemp("figures"), width_in=3.3)


def test_each_is_a_small_vector_file_in_the_width_of_a_column(files: list[Path]):
    assert len(files) == 8
    for path in files:
        data = path.read_bytes()
        assert len(data) <= 100_000
        if path.suffix == ".pdf":
            assert b"/Subtype /Image" not in data
            assert b"/MediaBox [ 0 0 237.6 " in data  # 3.3 inches of 72 points
        else:
            assert b"<image" not in data
            assert b'width="237.6pt"' in data


def test_the_same_network_makes_the_same_files(figures: ModuleType, files: list[Path], tmp_path: Path):
    again = figures.written(NETWORK, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]


def test_the_bars_are_the_spectrum_and_keys_alone_have_colours(figures: ModuleType):
    axes = figures.drawn("embedding-spectrum", NETWORK).axes[0]
    assert [bar.get_height() for bar in axes.patches] == models.embedding_spectrum(NETWORK).shares.tolist()
    grey = mpl.colors.to_rgba(figures.SOFT)
    assert [k for k, bar in enumerate(axes.patches, 1) if bar.get_facecolor() != grey] == [1, 3, 4]
    plt.close("all")


def test_waves_stand_beside_the_logits_of_their_pair(figures: ModuleType):
    axes = figures.drawn("logits", NETWORK).axes[0]
    lines = [torch.tensor(line.get_ydata()) for line in axes.lines]
    a, b = 13 // 3, 13 // 2
    logits = NETWORK(a, b).double()
    assert torch.allclose(lines[3].double(), logits - logits.mean(), atol=1e-5)
    alphas = models.logit_fit(models.LogitGrid(NETWORK)).alphas
    for k, line in zip((1, 3, 4), lines, strict=False):
        wave = [float(alphas[k - 1]) * math.cos(2 * math.pi * k * (a + b - c) / 13) for c in range(13)]
        assert line.tolist() == pytest.approx(wave, abs=1e-9)
    assert axes.lines[4].get_xdata()[0] == (a + b) % 13
    plt.close("all")


def test_the_right_logit_is_that_of_each_difference(figures: ModuleType):
    axes = figures.drawn("clock-or-pizza", NETWORK).axes[0]
    [mean] = [torch.tensor(line.get_ydata()) for line in axes.lines]
    expected = [
        float(torch.stack([NETWORK(a, (a - d) % 13)[(2 * a - d) % 13] for a in range(13)]).mean()) for d in (0, 5)
    ]
    assert mean[[0, 5]].tolist() == pytest.approx(expected, rel=1e-5)
    plt.close("all")
