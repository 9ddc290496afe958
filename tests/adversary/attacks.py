"""Small networks whose exact answers a float32 count, believed on a sample, gets wrong; one function an attack.

Every attack takes a network and changes it so that something large cancels, overflows, vanishes or saturates, and what
is left over decides some pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.bodies.mlp import Dense
from models.bodies.transformer import TransformerBody
from models.network import Network
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, hand_built_pizza, random_network

Attack = Callable[[Network, torch.Generator], Network]


def draw(generator: torch.Generator, *values: float) -> float:
    """One of some values."""
    return values[int(torch.randint(len(values), (1,), generator=generator))]


def few(generator: torch.Generator, count: int) -> Tensor:
    """bool [count]: one to three of them."""
    chosen = torch.randperm(count, generator=generator)[: 1 + int(torch.randint(3, (1,), generator=generator))]
    return torch.zeros(count, dtype=torch.bool).index_fill(0, chosen, True)


def cancelling_columns(network: Network, generator: torch.Generator) -> Network:
    """Three columns [f, +h, −h] in the tables at a few numbers, which all first weights read alike: only f is left."""
    huge, tables = draw(generator, 1e6, 1e8, 1e10, 1e20), []
    where = few(generator, network.modulus).float()
    for table in (network.table_a,) if network.tables_shared else (network.table_a, network.table_b):
        small = torch.randn(1, generator=generator) * 3
        tables.append(torch.cat([table, torch.stack([small * where, huge * where, -huge * where], dim=1)], dim=1))
    return _wider(replace(network, table_a=tables[0], table_b=tables[-1]), 3, generator)


def _wider(network: Network, more: int, generator: torch.Generator) -> Network:
    """The body made to read tables of so many further columns, all of them alike."""
    body = network.body
    if isinstance(body, TransformerBody):
        return replace(
            network, body=_wider_transformer(body, more, generator), unembedding=_more_rows(network.unembedding, more)
        )
    if not body.layers:  # a one-hot MLP: the columns are neurons
        alike = torch.randn(network.unembedding.shape[1], generator=generator)
        return replace(
            network,
            body=replace(body, table_width=body.table_width + more),
            unembedding=torch.cat([network.unembedding, alike.expand(more, -1)]),
        )
    first, width = body.layers[0], body.table_width
    alike = torch.randn(first.weight.shape[1], generator=generator).expand(more, -1)
    halves = first.weight.split(width)
    weight = torch.cat([part for half in halves for part in (half, alike)])
    layers = (Dense(weight, first.bias), *body.layers[1:])
    return replace(network, body=replace(body, layers=layers, table_width=width + more))


def _wider_transformer(body: TransformerBody, more: int, generator: torch.Generator) -> TransformerBody:
    blocks = []
    for block in body.blocks:
        named = block.tensors()
        for name in ("W_Q", "W_K", "W_V"):
            alike = torch.randn(named[name].shape[0], 1, named[name].shape[2], generator=generator) / 4
            named[name] = torch.cat([named[name], alike.expand(-1, more, -1)], dim=1)
        alike = torch.randn(block.W_in.shape[1], generator=generator).expand(more, -1)
        named |= {"W_in": torch.cat([block.W_in, alike]), "W_O": _more_columns(block.W_O, more)}
        named |= {name: _more_columns(named[name], more) for name in ("W_out", "b_out", "b_O") if name in named}
        blocks.append(type(block)(**named))
    equals = None if body.equals is None else _more_columns(body.equals, more)
    return replace(body, blocks=tuple(blocks), positions=_more_columns(body.positions, more), equals=equals)


def _more_columns(tensor: Tensor, more: int) -> Tensor:
    return torch.cat([tensor, tensor.new_zeros(*tensor.shape[:-1], more)], dim=-1)


def _more_rows(tensor: Tensor, more: int) -> Tensor:
    return torch.cat([tensor, tensor.new_zeros(more, *tensor.shape[1:])])


def huge_opposites(network: Network, generator: torch.Generator) -> Network:
    """Two twin neurons that fire at few numbers, one read at +h and one at −h·(1 − ε): float32 loses what is left."""
    return _twin_neurons(network, generator, draw(generator, 1e4, 1e7, 1e9, 1e15))


def overflowing_opposites(network: Network, generator: torch.Generator) -> Network:
    """The same so large that float32 overflows where they fire, and nowhere else."""
    return _twin_neurons(network, generator, draw(generator, 1e30, 1e37))


def _twin_neurons(network: Network, generator: torch.Generator, huge: float) -> Network:
    """Two neurons more in the last layer, alike in what they receive; one is read as h·v, the other as −(h·v − v')."""
    huge_one = huge * torch.randn(network.unembedding.shape[1], generator=generator)
    other = -torch.nextafter(huge_one, torch.zeros(())) if huge < 1e6 else -huge_one
    left_over = torch.randn(network.unembedding.shape[1], generator=generator)
    other = other + left_over * draw(generator, 0, 1, 30)
    body = network.body
    if isinstance(body, TransformerBody):
        d, last = body.width, body.blocks[-1]
        reads = torch.randn(d, 1, generator=generator).expand(-1, 2)
        low = -draw(generator, 0.5, 2, 4) * torch.ones(2)
        named = last.tensors() | {
            "W_in": torch.cat([last.W_in, reads], dim=1),
            "b_in": torch.cat([last.b_in, low]),
            "W_out": _more_columns(torch.cat([last.W_out, torch.zeros(2, d)]), 0),
        }
        direction = torch.randn(d, generator=generator)
        named["W_out"][-2], named["W_out"][-1] = huge * direction, -huge * direction + direction
        blocks = (*body.blocks[:-1], type(last)(**named))
        return replace(network, body=replace(body, blocks=blocks))
    rows = torch.stack([huge_one, other])
    if not body.layers:
        columns = [
            torch.cat([table, torch.randn(len(table), 1, generator=generator).expand(-1, 2) - 1], dim=1)
            for table in ((network.table_a,) if network.tables_shared else (network.table_a, network.table_b))
        ]
        body = replace(body, table_width=body.table_width + 2)
        return replace(
            network,
            table_a=columns[0],
            table_b=columns[-1],
            body=body,
            unembedding=torch.cat([network.unembedding, rows]),
        )
    last = body.layers[-1]
    reads = torch.randn(last.weight.shape[0], 1, generator=generator).expand(-1, 2)
    bias = torch.zeros(last.weight.shape[1]) if last.bias is None else last.bias
    wide = Dense(torch.cat([last.weight, reads], dim=1), torch.cat([bias, torch.full((2,), -1.0)]))
    body = replace(body, layers=(*body.layers[:-1], wide))
    return replace(network, body=body, unembedding=torch.cat([network.unembedding, rows]))


def bias_with_a_huge_mean(network: Network, generator: torch.Generator) -> Network:
    """An unembedding bias of one large number and small differences."""
    huge = draw(generator, 1e4, 1e7, 1e12, 1e30)
    return replace(
        network,
        unembedding_bias=huge + torch.randn(network.modulus, generator=generator) * draw(generator, 1, huge * 1e-6),
    )


def unembedding_with_a_huge_mean(network: Network, generator: torch.Generator) -> Network:
    """Every class reads the same large multiple of some coordinates, and its own small one."""
    huge = draw(generator, 1e4, 1e7, 1e12) * torch.randn(len(network.unembedding), 1, generator=generator)
    return replace(network, unembedding=network.unembedding + huge)


def saturated_softmax(network: Network, generator: torch.Generator) -> Network:
    """Attention of scores so far apart that all but one weight vanish, and some that nearly tie; else large inputs."""
    loud = draw(generator, 30, 1e3, 1e6)
    body = network.body
    if isinstance(body, TransformerBody):
        blocks = tuple(replace(block, W_Q=loud * block.W_Q, W_V=loud**0.5 * block.W_V) for block in body.blocks)
        return replace(network, body=replace(body, blocks=blocks))
    table_a = loud * network.table_a
    return replace(network, table_a=table_a, table_b=table_a if network.tables_shared else loud * network.table_b)


def denormals(network: Network, generator: torch.Generator) -> Network:
    """Tables below float32's smallest normal number, and an unembedding that makes up for it."""
    small = draw(generator, 1e-30, 1e-38, 1e-41)
    table_a = small * network.table_a
    table_b = table_a if network.tables_shared else small * network.table_b
    return replace(
        network, table_a=table_a, table_b=table_b, unembedding=draw(generator, 1, 1e18) * 1e18 * network.unembedding
    )


def heavy_tails(network: Network, generator: torch.Generator) -> Network:
    """A tenth of all weights is 10^−8 to 10^8 times as large."""

    def change(tensor: Tensor) -> Tensor:
        powers = torch.randint(-8, 9, tensor.shape, generator=generator)
        chosen = torch.rand(tensor.shape, generator=generator) < 0.1
        return torch.where(chosen, tensor * 10.0**powers, tensor)

    return network.map_tensors(change)


def near_twins(network: Network, generator: torch.Generator) -> Network:
    """Classes that are another's twin but for what lies around the tolerance of a tie."""
    twin = torch.arange(network.modulus) // 2 * 2
    off = draw(generator, 0, 1e-10, 1e-9, 1e-8, 1e-7)
    unembedding = network.unembedding[:, twin].double()
    unembedding = unembedding * (1 + off * torch.randn(unembedding.shape, generator=generator, dtype=torch.float64))
    bias = None if network.unembedding_bias is None else network.unembedding_bias[twin]
    network = replace(network, unembedding_bias=bias).cast(torch.float64)
    return replace(network, unembedding=unembedding)


def plain(network: Network, generator: torch.Generator) -> Network:
    """The network as it is."""
    return network


ATTACKS: tuple[Attack, ...] = (
    plain,
    cancelling_columns,
    huge_opposites,
    overflowing_opposites,
    bias_with_a_huge_mean,
    unembedding_with_a_huge_mean,
    saturated_softmax,
    denormals,
    heavy_tails,
    near_twins,
)


@dataclass(frozen=True)
class Kind:
    """A body: how a network with it is made, from a modulus and a seed; `recut` ones are attacked and then operated."""

    name: str
    make: Callable[[int, int], Network]
    recut: bool = False


def _transformer(**shape) -> Callable[[int, int], Network]:
    return lambda p, seed: random_network(Shape(modulus=p, width=5, neurons=7, head_width=3, **shape), seed)


def _mlp(**shape) -> Callable[[int, int], Network]:
    return lambda p, seed: random_mlp(MlpShape(modulus=p, width=4, neurons=6, **shape), seed)


DIALS = (1, 2)
KINDS: tuple[Kind, ...] = (
    Kind("transformer, ReLU", _transformer(attention_biases=True)),
    Kind("transformer, GELU", _transformer(activation="gelu", coefficient=0.3, unembedding_bias=True)),
    Kind("transformer, x²", _transformer(activation="square", heads=1)),
    Kind(
        "transformer, two tokens, tanh",
        _transformer(activation="tanh", equals=False, mask="none", separate_tables=True),
    ),
    Kind("transformer, two layers", _transformer(layers=2, heads=1)),
    Kind(
        "transformer, two tokens, two layers",
        _transformer(layers=2, heads=1, equals=False, mask="none", coefficient=0.5),
    ),
    Kind("one-hot MLP, ReLU", _mlp(layers=0, shared=False, unembedding_bias=True)),
    Kind("one-hot MLP, x²", _mlp(layers=0, activation="square")),
    Kind("MLP, one layer", _mlp(layers=1, combination="concat", shared=False, biases=True)),
    Kind("MLP, two layers", _mlp(layers=2, biases=True)),
    Kind("MLP, two layers, x²", _mlp(layers=2, activation="square")),
    Kind("MLP, two layers, GELU", _mlp(layers=2, activation="gelu", biases=True)),
    Kind("re-cut transformer", lambda _p, _seed: hand_built(5, DIALS), recut=True),
    Kind("re-cut pizza", lambda _p, _seed: hand_built_pizza(5, DIALS, 0.2), recut=True),
    Kind("re-cut one-hot MLP", lambda _p, _seed: hand_built_mlp(5, DIALS), recut=True),
    Kind("re-cut MLP of two layers", lambda _p, _seed: hand_built_mlp(5, DIALS, "clockwork"), recut=True),
)


def crafted(number: int, seed: int) -> tuple[str, str, Network]:
    """The n-th network of a run: its body's name, its attack's, and the network."""
    kind, attack = KINDS[number % len(KINDS)], ATTACKS[number // len(KINDS) % len(ATTACKS)]
    generator = torch.Generator().manual_seed(1_000_003 * seed + number)
    modulus = int(draw(generator, 3, 4, 5, 7, 11, 17))  # the last two have rows that a sample of eight leaves out
    network = attack(kind.make(modulus, int(torch.randint(2**31, (1,), generator=generator))), generator)
    if kind.recut:
        steps = torch.randint(1, modulus, (len(DIALS),), generator=generator).tolist()
        network = transplant(network, linked_recipe(modulus, dict(zip(DIALS, steps, strict=True))))
    return kind.name, attack.__name__, network
