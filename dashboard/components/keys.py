"""The key frequencies of a network beside its other figures."""

from streamlit.delta_generator import DeltaGenerator

MOST_LISTED = 6  # that fit side by side


def show_key_frequencies(place: DeltaGenerator, frequencies: tuple[int, ...], modulus: int) -> None:
    """Which they are; only how many, where they are many."""
    listed = ", ".join(map(str, frequencies))
    few = listed if len(frequencies) <= MOST_LISTED else f"{len(frequencies)} of {modulus // 2}"
    place.metric("Key frequencies", few, help=listed)
