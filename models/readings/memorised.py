"""A network that has pairs of its operation right by heart: those it was trained on and few others."""

from models.analysis.inspection import CIRCUIT_THRESHOLD
from models.evaluation.percent import percent
from models.readings.candidate import Candidate
from models.readings.learned import LEARNED, above_chance
from models.readings.recorded import Figures

FEW = 0.5  # times the accuracy on training pairs at most: that on others of a network that has memorised
SURELY = 0.1  # more than LEARNED of the first pairs, six standard errors of a thousand


def memorised(candidate: Candidate, recorded: Figures) -> str:
    """Why a network is taken to have memorised, in a sentence; empty where it is not.

    More of its pairs must be right than by chance (see `above_chance`), and between the numbers it must fail, as it
    does without a circuit. Where the file records accuracies of training and other pairs, the second must be at most
    FEW times the first; where it does not, fewer than LEARNED of all pairs must be right.
    """
    train, others = recorded.of_training, recorded.of_others
    if others is None and candidate.tried.accuracy > LEARNED + SURELY:
        return ""  # on the first pairs: all of them need not be counted
    counted = candidate.counted
    tried, modulus = counted.tried, counted.network.modulus
    if tried.accuracy < above_chance(modulus, tried.pairs):
        return ""
    if train is not None and others is not None:
        few, by = (
            others <= FEW * train,
            f"by its records {percent(train)} of its training pairs and {percent(others)} of",
        )
        by = f"{by} the others"
    else:
        few, by = tried.accuracy < LEARNED, f"{percent(tried.accuracy)} of all pairs, by chance {percent(1 / modulus)},"
    if not few or (counted.with_half_steps().tried.half_step or 0.0) >= CIRCUIT_THRESHOLD:
        return ""
    return f"{by} are right, and it fails between the numbers"
