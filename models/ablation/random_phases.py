"""A network that nobody trained: random frequencies and phases under the phase rule."""

import torch

from models.bodies.mlp import MlpBody
from models.groups.characters import cosine_sine
from models.network import Layout, Network
from models.task import Addition


def random_phase_mlp(modulus: int, frequencies: int, neurons: int, *, seed: int = 0, matched: bool = True) -> Network:
    """A one-hot MLP nobody trained: random frequencies and input phases φ, output phases 2φ (or, not matched, random).

    Neuron j reads cos(2πk_j·n/q + φ_j) from each operand and writes cos(2πk_j·c/q + ψ_j). With ψ = 2φ it adds, which
    shows that the phase rule alone makes the circuit. Source: He et al. 2026, arXiv 2602.16849.
    """
    generator = torch.Generator().manual_seed(seed)
    chosen = (torch.rand(frequencies, generator=generator) * (modulus // 2 - 1)).long() + 1
    k = chosen[torch.arange(neurons) % frequencies]
    phases = torch.rand(neurons, generator=generator, dtype=torch.float64) * modulus
    outputs = 2 * phases if matched else torch.rand(neurons, generator=generator, dtype=torch.float64) * modulus
    numbers = torch.arange(modulus, dtype=torch.float64)[:, None]
    table = cosine_sine(k * numbers + phases, modulus)[0].float()
    unembedding = cosine_sine(k * numbers + outputs, modulus)[0].T.float().contiguous()
    body = MlpBody("sum", (), "relu", neurons)
    return Network(Addition(modulus), table, table, body, unembedding, None, Layout("he"))
