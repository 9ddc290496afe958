"""Gradient symmetricity: do both operands move a logit alike? Zhong et al. 2023, arXiv 2306.17844."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from models.network import Network
from models.runtime.interruption import may_be_interrupted

MOST_PRODUCTS = 2**38  # of all triples: past it, pairs are sampled
FEWEST_PAIRS = 256
GRADIENTS_AT_ONCE = 2**21  # numbers in one batch's gradients into the neurons
PRODUCTS_A_MOVE = 32  # that take as long as moving a number; norms and attention multiply little and move much
NEGLIGIBLE = 1e-15  # weight decay leaves numbers so small that processors are slow at them


@dataclass(frozen=True)
class GradientSymmetricity:
    """Mean over (a, b, c) of the cosine between ∂L_c/∂E_a and ∂L_c/∂E_b: −1 to 1, 1 where both move it alike."""

    value: float
    pairs: int  # that were looked at, each with all classes
    standard_error: float  # over pairs; 0 where all were looked at

    @property
    def over_all(self) -> bool:
        """Every triple counted."""
        return self.standard_error == 0


def products_of(network: Network) -> int:
    """Multiplications that all triples take, roughly; 0 where nothing has to be differentiated."""
    if operands_add(network) or not operands_share_a_space(network):
        return 0
    return network.modulus**3 * (network.body.neuron_weights + PRODUCTS_A_MOVE * numbers_of(network))


def numbers_of(network: Network) -> int:
    """Numbers that the gradients of one class at one pair pass through, roughly."""
    return max(4 * network.table_a.shape[1], network.body.numbers_a_pair)


def operands_add(network: Network) -> bool:
    """Both rows are added before anything else: whatever one does, the other does."""
    return network.body.adds_rows


def operands_share_a_space(network: Network) -> bool:
    """Gradients by the two rows can be compared: not where the operands have a table and a layer of weights each."""
    return network.tables_shared or operands_add(network) or network.body.rows_share_a_space


def gradient_symmetricity(
    network: Network, sampled: int | None = None, seed: int = 0, on_progress: Callable[[int, int], None] | None = None
) -> GradientSymmetricity | None:
    """Over all triples, or all classes of `sampled` pairs; also sampled where all would be too many.

    None where the operands live in two spaces, in which gradients have no angle. A gradient that vanishes counts as
    being at right angles, as in the paper's own code. `on_progress(done, of)` counts pairs.
    """
    if not operands_share_a_space(network):
        return None
    if operands_add(network):
        return GradientSymmetricity(1.0, network.task.pair_count, 0.0)
    every, all_products = network.task.pair_count, products_of(network)
    if sampled is None and all_products > MOST_PRODUCTS:
        sampled = max(FEWEST_PAIRS, every * MOST_PRODUCTS // all_products)
    a, b = network.task.pairs()
    if sampled is not None and sampled < every:
        chosen = torch.randperm(every, generator=torch.Generator().manual_seed(seed))[:sampled]
        a, b = a[chosen], b[chosen]
    by_pair = _mean_cosines(network, a, b, on_progress)
    error = float(by_pair.std()) / len(a) ** 0.5 if len(a) < every else 0.0
    return GradientSymmetricity(float(by_pair.mean()), len(a), error)


@torch.enable_grad()
def _mean_cosines(network: Network, a: Tensor, b: Tensor, on_progress: Callable[[int, int], None] | None) -> Tensor:
    """float64 [n]: cosines of pairs a, b [n], averaged over the classes; gradients in float32."""
    rough = network.cast(torch.float32).map_tensors(lambda weight: weight.detach().where(weight.abs() > NEGLIGIBLE, 0))
    batch = max(1, GRADIENTS_AT_ONCE // (network.modulus * numbers_of(rough)))
    means = []
    for some_a, some_b in zip(a.split(batch), b.split(batch), strict=True):
        may_be_interrupted()
        rows = rough.table_a[some_a].requires_grad_(), rough.table_b[some_b].requires_grad_()
        classes = rough.unembedding.T[:, None].expand(-1, len(some_a), -1)  # [p, n, d]
        by_a, by_b = torch.autograd.grad(rough.body.readout_of_rows(*rows), rows, classes, is_grads_batched=True)
        means.append(cosine_similarity(by_a, by_b, dim=-1).double().mean(0))
        if on_progress:
            on_progress(sum(map(len, means)), len(a))
    return torch.cat(means)
