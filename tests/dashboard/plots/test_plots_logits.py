"""The logits of a pair as waves: each figure's numbers against the fit, for pairs of which a and b differ."""

import pytest
import torch

from dashboard.plots.logits import FINE_STEPS, alphas_figure, waves_figure
from dashboard.theme import LIGHT, colours_of
from models.circuits.logit_fit import LogitFit, PairDecomposition
from tests.dashboard.plots.reading import axes, hovered, points

P, KEYS = 11, (2, 5)
COLOURS = colours_of(KEYS, LIGHT)


def pair(a: int, b: int, seed: int = 0) -> PairDecomposition:
    logits = torch.randn(P, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return PairDecomposition(a, b, KEYS, logits - logits.mean(), torch.tensor([1.5, -0.5], dtype=torch.float64))


ONE = pair(3, 9)  # 12 ≡ 1


def test_every_wave_their_sum_the_logits_and_what_is_left():
    figure = waves_figure([ONE], COLOURS, LIGHT)
    first, second, whole, logits, answer, left = figure.data
    fine = torch.arange(P * FINE_STEPS) / FINE_STEPS
    waves = ONE.waves_at(fine)
    for trace, wave, k in ((first, waves[0], 2), (second, waves[1], 5)):
        assert points(trace) == [
            pytest.approx(each, abs=1e-6) for each in zip(fine.tolist(), wave.tolist(), strict=True)
        ]
        assert trace.line.color == COLOURS[k]
        assert hovered(trace)[6] == f"k = {k} | class 1.5 | {float(trace.y[6]):.3f}"
    assert whole.y.tolist() == pytest.approx(waves.sum(0).tolist(), abs=1e-6)
    assert hovered(whole)[4] == f"class 1.0 | sum of the waves {float(whole.y[4]):.3f}"
    assert points(logits) == [pytest.approx(each) for each in enumerate(ONE.logits.tolist())]
    assert hovered(logits)[7] == f"class 7 | logit {float(ONE.logits[7]):.3f}"
    assert left.y.tolist() == pytest.approx(ONE.residual.tolist(), abs=1e-6)
    assert hovered(left)[7] == f"class 7 | left over {float(ONE.residual[7]):.3f}"
    assert list(answer.x) == [1, 1]
    assert answer.y[0] == pytest.approx(float(waves.sum(0).min()))
    assert answer.y[1] == pytest.approx(float(max(waves.sum(0).max(), ONE.logits.max())))
    assert list(answer.text) == ["", "3 + 9 ≡ 1 (mod 11)"]
    assert [trace.mode for trace in figure.data[:5]] == ["lines", "lines", "lines", "markers", "lines+text"]


def test_waves_stand_in_the_first_row_sum_and_logits_in_the_second_the_rest_in_the_third():
    figure = waves_figure([ONE], COLOURS, LIGHT)
    assert [trace.yaxis for trace in figure.data] == ["y", "y", "y2", "y2", "y2", "y3"]


@pytest.mark.parametrize(
    ("a", "b", "side"), [(3, 9, "top right"), (2, 3, "top right"), (2, 4, "top left"), (9, 9, "top left")]
)
def test_the_name_of_the_right_class_stands_on_the_side_with_room(a, b, side):
    assert waves_figure([pair(a, b)], COLOURS, LIGHT).data[4].textposition == side


def test_axes_hold_all_that_is_drawn_with_a_little_air():
    figure = waves_figure([ONE], COLOURS, LIGHT)
    whole = torch.cat([ONE.waves.sum(0), ONE.logits])
    low, high = float(whole.min()), float(whole.max())
    left = float(ONE.residual.min()), float(ONE.residual.max())
    found = axes(figure)
    assert found["yaxis"] == ("each wave", None, pytest.approx((-1.5 * 1.24, 1.5 * 1.24)))
    air = 0.12 * (high - low)
    assert found["yaxis2"] == ("sum · logits", None, pytest.approx((low - air, high + air)))
    air = 0.12 * (left[1] - left[0])
    assert found["yaxis3"] == ("left over", None, pytest.approx((left[0] - air, left[1] + air)))
    assert found["xaxis3"] == ("class c (logits less their mean over c)", None, (-1, 11))


def test_of_several_pairs_the_axes_hold_all_and_do_not_jump():
    pairs = [pair(a, 9, seed=a) for a in range(4)]
    span = axes(waves_figure(pairs, COLOURS, LIGHT, moving="a"))["yaxis3"][2]
    everything = torch.cat([each.residual for each in pairs])
    assert span[0] < float(everything.min())
    assert span[1] > float(everything.max())


@pytest.mark.parametrize(
    ("moving", "title", "names"),
    [
        ("a", "The logits of a + 9 as a sum of 2 waves", ["3", "4"]),
        ("b", "The logits of 3 + b as a sum of 2 waves", ["9", "10"]),
    ],
)
def test_a_walk_is_played_pair_by_pair_under_the_operand_that_moves(moving, title, names):
    pairs = [ONE, pair(4, 9, 1)] if moving == "a" else [ONE, pair(3, 10, 1)]
    figure = waves_figure(pairs, COLOURS, LIGHT, moving=moving)
    assert figure.layout.title.text == title
    assert [frame.name for frame in figure.frames] == names
    for frame, shown in zip(figure.frames, pairs, strict=True):
        assert frame.data[3].y.tolist() == pytest.approx(shown.logits.tolist(), abs=1e-6)
    [slider], [menu] = figure.layout.sliders, figure.layout.updatemenus
    assert slider.currentvalue.prefix == f"{moving} = "
    assert [(step.label, step.args[0]) for step in slider.steps] == [(name, (name,)) for name in names]
    play, pause = menu.buttons
    assert (play.label, play.args[0], play.args[1]["frame"]["duration"], play.args[1]["fromcurrent"]) == (
        "Play",
        None,
        120,
        True,
    )
    assert (pause.label, pause.args[0], pause.args[1]["mode"]) == ("Pause", (None,), "immediate")
    assert (figure.layout.height, figure.layout.margin.b) == (740, 150)


def test_one_pair_is_not_played():
    figure = waves_figure([ONE], COLOURS, LIGHT)
    assert (figure.layout.title.text, len(figure.frames)) == ("The logits of 3 + 9 as a sum of 2 waves", 0)
    assert (len(figure.layout.sliders), figure.layout.height) == (0, 640)


def test_through_many_classes_waves_are_drawn_from_class_to_class():
    logits = torch.linspace(-1, 1, 129, dtype=torch.float64)
    many = PairDecomposition(3, 9, KEYS, logits, torch.tensor([1.0, 1.0], dtype=torch.float64))
    assert waves_figure([many], COLOURS, LIGHT).data[0].x.tolist() == list(range(129))
    fewer = PairDecomposition(3, 9, KEYS, logits[:128], torch.tensor([1.0, 1.0], dtype=torch.float64))
    assert len(waves_figure([fewer], COLOURS, LIGHT).data[0].x) == 512


def test_alphas_stand_at_their_frequency():
    fit = LogitFit(P, torch.tensor([0.1, 2.0, 0.0, -0.3, 1.0]), torch.tensor([0.1, 0.8, 0.0, -0.2, 0.5]))
    figure = alphas_figure(fit, COLOURS, LIGHT)
    [bars] = figure.data
    assert points(bars) == [pytest.approx(each) for each in enumerate([0.1, 2.0, 0.0, -0.3, 1.0], 1)]
    assert hovered(bars)[1] == "frequency 2 | α 2 | explains 64.0000% of the logits"
    assert list(bars.marker.color) == [LIGHT.soft, COLOURS[2], LIGHT.soft, LIGHT.soft, COLOURS[5]]
    assert [title for title, *_ in axes(figure).values()] == ["frequency k", "α (units of the logits)"]
