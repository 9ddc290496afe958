"""Maps over the pairs, on values that differ in a and b."""

import numpy as np
import pytest
import torch

from dashboard.plots.maps import grid_spectrum_figure, heads_figure, pairs_figure, with_pair
from dashboard.theme import DARK, LIGHT, rising_scale, signed_scale
from models.circuits.transforms.fourier import basis_names, strongest_rows
from tests.dashboard.plots.reading import axes, hovered, points

P = 5
VALUES = torch.arange(P)[:, None] * 10.0 + torch.arange(P)  # 10a + b


def test_a_goes_down_and_b_across_as_on_play():
    figure = pairs_figure(VALUES, LIGHT, title="t", unit="units")
    [grid] = figure.data
    assert set(hovered(grid)) == {f"a {a}, b {b} | {10 * a + b} units" for a in range(P) for b in range(P)}
    assert axes(figure) == {"xaxis": ("operand b", None, None), "yaxis": ("operand a", None, None)}
    assert (figure.layout.yaxis.scaleanchor, figure.layout.yaxis.autorange) == ("x", "reversed")
    assert (grid.colorbar.title.text, grid.zmin) == ("units", None)
    assert [tuple(part) for part in grid.colorscale] == rising_scale(LIGHT)


def test_a_signed_map_has_zero_in_the_middle_of_its_colours():
    [grid] = pairs_figure(VALUES - 30, DARK, title="t", unit="u", signed=True).data
    assert (grid.zmin, grid.zmax) == (-30, 30)
    assert [tuple(part) for part in grid.colorscale] == signed_scale(DARK)
    below, middle, above = signed_scale(DARK)
    assert (middle[1], below[1] != above[1]) == (DARK.paper, True)
    [still] = pairs_figure(torch.zeros(P, P), DARK, title="t", unit="u", signed=True).data
    assert (still.zmin, still.zmax) == (-1, 1)


def test_every_pair_can_be_clicked_and_the_chosen_one_is_marked():
    _, clicks, ring = with_pair(pairs_figure(VALUES, LIGHT, title="t", unit="u"), LIGHT, P, (1, 3)).data
    assert points(clicks) == [(b, a) for a in range(P) for b in range(P)]
    assert points(ring) == [(3, 1)]
    assert (clicks.marker.opacity, clicks.hoverinfo, ring.hoverinfo) == (0, "none", "skip")
    assert (clicks.unselected.marker.opacity, clicks.selected.marker.opacity) == (0, 0)


def test_a_spectrum_has_its_strongest_waves_along_a_and_b_and_says_how_much_they_hold():
    power = torch.rand(7, 7, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    power[1, 4] = 20.0
    figure = grid_spectrum_figure(power, LIGHT, title="Spectrum")
    [grid] = figure.data
    shown, names = strongest_rows(power, 8), basis_names(7)
    said = dict(part.split(" | share ") for part in hovered(grid))
    expected = float(power[1, 4] / power.sum())
    assert said[f"{names[1]} of a × {names[4]} of b"] == f"{expected:.4%}"
    share = float(power[shown][:, shown].sum() / power.sum())
    assert figure.layout.title.text == f"Spectrum ({share:.1%} of the power)"
    assert list(grid.x) == list(grid.y) == [names[row] for row in shown]
    assert [title for title, *_ in axes(figure).values()] == ["wave along b", "wave along a"]
    assert grid.colorbar.tickformat == ".0%"


def test_a_spectrum_of_nothing_is_no_mistake():
    assert np.all(grid_spectrum_figure(torch.zeros(7, 7), LIGHT, title="t").data[0].z == 0)


def test_every_head_has_its_own_map_on_one_scale():
    weights = torch.stack([VALUES / 100, VALUES.T / 100])
    figures = heads_figure(weights, ["head 0", "head 1"], LIGHT)
    assert [figure.layout.title.text for figure in figures] == ["head 0", "head 1"]
    for figure, factor in zip(figures, (lambda a, b: 10 * a + b, lambda a, b: 10 * b + a), strict=True):
        [grid] = figure.data
        assert (grid.zmin, grid.zmax, figure.layout.height) == (0, 1, 360)
        assert hovered(grid)[P * 1 + 3] == f"a 1, b 3 | {factor(1, 3) / 100:.4g} of the attention"


@pytest.mark.parametrize("dark", [False, True])
def test_scales_go_from_the_ground_to_ink(dark: bool):
    ink = DARK if dark else LIGHT
    assert rising_scale(ink) == [(0.0, ink.paper), (1.0, ink.text)]
