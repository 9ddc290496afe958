"""What Steam punk shows of oscillators, memoised by digest as in `cache`."""

from dashboard.cache import memoised
from models.ablation.oscillators import run_for
from models.circuits.oscillators import PairRun, pair_run
from models.evaluation import Evaluation, evaluate
from models.network import Network


@memoised(64)
def altered(network: Network, steps: int, strength: float) -> Network:
    """Oscillators run for so many steps, so many times as strongly pulled."""
    return run_for(network, steps, strength)


@memoised(64)
def pair(network: Network, steps: int, strength: float, a: int, b: int) -> PairRun:
    """One pair on its way."""
    return pair_run(altered(network, steps, strength), a, b)


@memoised(64)
def counted(network: Network, steps: int, strength: float) -> Evaluation:
    """All pairs."""
    return evaluate(altered(network, steps, strength))
