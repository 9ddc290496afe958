"""Recipes as a console can hold them, drawn at random."""

from hypothesis import strategies as st

from models.surgery.recipe import Dial, Recipe, Turn

turns = st.builds(Turn, st.floats(-1e6, 1e6), st.floats(0, 10), st.floats(-100, 100), st.booleans())
dials = st.builds(
    Dial,
    frequency=st.integers(1, 56),
    a=turns,
    b=st.none() | turns,
    readout=st.none() | turns,
    weight=st.floats(0, 10),
)
recipes = st.builds(
    Recipe,
    modulus=st.integers(2, 256),
    dials=st.lists(dials, min_size=1, max_size=6, unique_by=lambda dial: dial.frequency).map(tuple),
    harmonics=st.integers(1, 4),
    readout_harmonics=st.none() | st.integers(1, 4),
    single_frequency=st.booleans(),
    norm_gain=st.booleans(),
)
