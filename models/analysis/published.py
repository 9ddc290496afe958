"""Figures that others published of networks which they published, to stand beside ours.

A network is known by its digest: figures are of the weights, read as their authors read them.
"""

from dataclasses import dataclass

from models.circuits.sources import CHUGHTAI, ZHONG

NANDA_RUNS = "Nanda 2022, notebook and runs of progress-measures-paper"
REPRESENTATIONS = f"{CHUGHTAI}, summary beside the weights"
KNOWN_DIGITS = 16  # of a digest, enough to tell networks apart


@dataclass(frozen=True)
class Figure:
    """One published figure: of a measure, or of one frequency in it."""

    measure: str  # as in `inspect --json`
    value: float
    source: str
    frequency: int | None = None
    remark: str = ""  # where their definition is not ours


@dataclass(frozen=True)
class PublishedNetwork:
    """What is published of one file."""

    file: str
    digest: str  # its first KNOWN_DIGITS
    figures: tuple[Figure, ...]


ON_TRAINING_PAIRS = "theirs over the 30% of the pairs that it was trained on"
ON_100_TRIPLES = "theirs over 100 sampled triples, standard error about 0.015"

PUBLISHED = (
    PublishedNetwork(
        "chughtai/C113_T_seed1.pt",
        "a3fa319183c90427",
        (
            Figure("accuracy", 1.0, REPRESENTATIONS),
            Figure("loss", 1.585e-7, REPRESENTATIONS),
            Figure("embedding_share", 0.901, REPRESENTATIONS, remark="theirs is normalised otherwise"),
            Figure("similarity_explained", 0.9685, REPRESENTATIONS),
            Figure("similarity_explained", 0.7780, REPRESENTATIONS, 16),
            Figure("excluded_loss", 4.963, REPRESENTATIONS, 16, ON_TRAINING_PAIRS),
            Figure("restricted_loss", 4.13e-8, REPRESENTATIONS),
        ),
    ),
    PublishedNetwork(
        "chughtai/C113_T_seed3.pt",
        "dfbc704aa68a699a",
        (Figure("similarity_explained", 0.9521, REPRESENTATIONS),),
    ),
    PublishedNetwork(
        "chughtai/C113_MLP_seed4.pt",
        "904c19c31fa0e707",
        (Figure("similarity_explained", 0.979, REPRESENTATIONS),),
    ),
    PublishedNetwork(
        "zhong/model_p99zdpze5l.pt",
        "fe1e8485c41ef3af",
        (
            Figure("accuracy", 1.0, ZHONG),
            Figure("gradient_symmetricity", 0.9937, ZHONG, remark=ON_100_TRIPLES),
            Figure("distance_irrelevance", 0.1717, ZHONG),
            Figure("circularity", 0.9978, ZHONG),
            Figure("q_clock_explained", 0.7541, ZHONG, 17),
            Figure("q_clock_explained", 0.7562, ZHONG, 3),
            Figure("q_clock_explained", 0.7538, ZHONG, 15),
            Figure("q_pizza_explained", 0.9831, ZHONG, 17),
            Figure("q_pizza_explained", 0.9831, ZHONG, 3),
            Figure("q_pizza_explained", 0.9841, ZHONG, 15),
        ),
    ),
    PublishedNetwork(
        "zhong/model_2k4ohj6bhd.pt",
        "7e1fd9018a586be6",
        (
            Figure("accuracy", 1.0, ZHONG),
            Figure("gradient_symmetricity", 0.7813, ZHONG, remark=ON_100_TRIPLES),
            Figure("distance_irrelevance", 0.7201, ZHONG),
            Figure("circularity", 0.7342, ZHONG),
        ),
    ),
    *(
        PublishedNetwork(f"zhong/model_{run}.pt", digest, (Figure("accuracy", accuracy, ZHONG),))
        for run, digest, accuracy in (
            ("18c9ev5v5p", "8c86a0f38735cd55", 1.0),
            ("4asyr7ht1p", "96b40c1c05ab970c", 1.0),
            ("amw6ox6bzn", "dd47604f25d2f53e", 1.0),
            ("7r4zst7evs", "2856e6d3886d60bf", 1.0),
            ("dy65ktpiij", "2691f6ece1d220fd", 0.9684),
            ("n9n7h3p965", "33f02c82fefbe378", 0.5826),
        )
    ),
)


def published_figures(digest: str) -> tuple[Figure, ...]:
    """What is published of the network with this digest; empty for any other."""
    known = {each.digest: each.figures for each in PUBLISHED}
    return known.get(digest[:KNOWN_DIGITS], ())
