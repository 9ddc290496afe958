"""The orders in which the weights of an MLP can compute, by their shapes alone: a container's own order tells nothing.

Written as "left.weight + right.weight > hidden.weight > answer.weight": the table of each operand, or one table for
both, or none for one-hot operands; then the layers; then the unembedding.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

MOST_WEIGHTS = 64
MOST_ORDERS = 24  # that are told apart by trying
MOST_STEPS = 5_000  # of looking for them
AND, THEN = " + ", " > "
PLACES_AND, PLACES_THEN = "-", "."


@dataclass(frozen=True)
class Weights:
    """What is known of the weights: shapes [out, in] by name, and which of them have a bias."""

    shapes: Mapping[str, tuple[int, int]]
    biased: frozenset[str]


@dataclass(frozen=True)
class Chain:
    """The names of the weights by what they do."""

    embeddings: tuple[str, ...]  # [p, d]: one for both operands, one for each, or none
    layers: tuple[str, ...]  # [out, in]; the first reads d (the sum of both rows), 2d (side by side) or 2p (one-hot)
    unembedding: str  # [p, m]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in the order in which they compute."""
        return (*self.embeddings, *self.layers, self.unembedding)

    def __str__(self) -> str:
        tables = [AND.join(self.embeddings)] if self.embeddings else []
        return THEN.join([*tables, *self.layers, self.unembedding])


@dataclass(frozen=True)
class Orders:
    """The chains that the shapes allow; not `all` of them where there are more than can be tried."""

    found: tuple[Chain, ...]
    all: bool


def written_chain(order: str) -> Chain:
    """The chain that is written so."""
    steps = order.split(THEN)
    tables = steps[0].split(AND) if len(steps) > 2 else []
    *layers, unembedding = steps[1:] if tables else steps
    return Chain(tuple(tables), tuple(layers), unembedding)


def placed_order(order: str, names: Collection[str]) -> str:
    """An order told by each weight's place among the sorted names: "2-0.1.3" for tables 2 and 0, then 1, then 3.

    It holds no foreign letter, and does not depend on how orders are looked for. Empty where the order is of other
    weights than these.
    """
    chain, places = written_chain(order), {name: str(place) for place, name in enumerate(sorted(names))}
    if sorted(chain.names) != [*places]:
        return ""
    return str(_renamed(chain, places)).replace(AND, PLACES_AND).replace(THEN, PLACES_THEN)


def order_of_places(placed: str, names: Collection[str]) -> str:
    """The order that `placed_order` told; empty where it speaks of other places than these names have."""
    names_at = {str(place): name for place, name in enumerate(sorted(names))}
    chain = written_chain(placed.replace(PLACES_AND, AND).replace(PLACES_THEN, THEN))
    return str(_renamed(chain, names_at)) if sorted(chain.names) == sorted(names_at) else ""


def _renamed(chain: Chain, names: Mapping[str, str]) -> Chain:
    tables, layers = (tuple(names[name] for name in part) for part in (chain.embeddings, chain.layers))
    return Chain(tables, layers, names[chain.unembedding])


def chain_in_line(names: Sequence[str], weights: Weights) -> Chain | None:
    """The chain of weights in this order, one table tried first, then two, then none; None where they do not fit."""
    if len(names) < 2:
        return None
    tried = (Chain(tuple(names[:count]), tuple(names[count:-1]), names[-1]) for count in (1, 2, 0))
    return next((chain for chain in tried if fits(chain, weights)), None)


def fits(chain: Chain, weights: Weights) -> bool:
    """Whether it has every weight once, and every shape follows from the one before."""
    shapes = weights.shapes
    if sorted(chain.names) != sorted(shapes) or not chain.layers or not weights.biased.isdisjoint(chain.embeddings):
        return False
    p, tables = shapes[chain.unembedding][0], {shapes[name] for name in chain.embeddings}
    if len(tables) > 1 or any(rows != p for rows, _ in tables) or (len(chain.layers) > 1 and not tables):
        return False
    reads = [shapes[name][1] for name in (*chain.layers, chain.unembedding)]
    return reads[0] in _first_widths(tables, p) and reads[1:] == [shapes[name][0] for name in chain.layers]


def _first_widths(tables: Set[tuple[int, int]], p: int) -> list[int]:
    """What the first layer may read: both rows added or side by side, or both one-hot operands side by side."""
    return [width for _, d in tables for width in (d, 2 * d)] if tables else [2 * p]


def orders_of(weights: Weights) -> Orders:
    """Every order that the shapes allow; first those in which names that differ by their numbers follow these.

    Where they are more than MOST_ORDERS, only the latter are kept.
    """
    if not 2 <= len(weights.shapes) <= MOST_WEIGHTS:
        return Orders((), all=True)
    every = _Search(weights, numbered=False)
    if every.ended:
        return Orders(tuple(sorted(every.found, key=every.rank)), all=True)
    numbered = _Search(weights, numbered=True)
    return Orders(tuple(numbered.found), all=numbered.ended)


class _Search:
    """Looks for chains, the alphabet deciding which comes first, until there are too many or it has taken too long."""

    def __init__(self, weights: Weights, *, numbered: bool) -> None:
        self.weights = weights
        self.names = sorted(weights.shapes, key=_natural)
        self.before = {name: _lower_numbers(name, self.names) for name in self.names}
        self.numbered = numbered
        self.left = MOST_STEPS
        self.found: list[Chain] = []
        for chain in self._chains():
            self.found.append(chain)
            if len(self.found) > MOST_ORDERS:
                break

    def rank(self, chain: Chain) -> tuple[bool, list[list[str | int]]]:
        """The order of the numbers first, then that of the alphabet."""
        return not self.follows_numbers(chain.names), [_natural(name) for name in chain.names]

    @property
    def ended(self) -> bool:
        """Nothing was left out."""
        return self.left > 0 and len(self.found) <= MOST_ORDERS

    def follows_numbers(self, names: Sequence[str]) -> bool:
        """Whether names that differ by their numbers alone stand in the order of these."""
        return all(self.before[name].isdisjoint(names[place + 1 :]) for place, name in enumerate(names))

    def _chains(self) -> Iterator[Chain]:
        for embeddings, unembedding in self._ends():
            rest = frozenset(self.names) - {*embeddings, unembedding}
            tables = {self.weights.shapes[name] for name in embeddings}
            p, end = self.weights.shapes[unembedding]
            for width in _first_widths(tables, p):
                for layers in self._paths((), rest, width, end) if self._balances(rest, width, end) else ():
                    chain = Chain(embeddings, layers, unembedding)
                    if fits(chain, self.weights) and (self.follows_numbers(chain.names) or not self.numbered):
                        yield chain

    def _ends(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Tables and unembedding that belong together: as many rows, and tables of one shape."""
        shapes = self.weights.shapes
        for unembedding in self.names:
            tables = [name for name in self.names if name != unembedding and shapes[name][0] == shapes[unembedding][0]]
            tables = [name for name in tables if name not in self.weights.biased]
            for embeddings in (pick for count in (1, 2, 0) for pick in combinations(tables, count)):
                alike = len({shapes[name] for name in embeddings}) < 2
                if self.left > 0 and alike and not (self.numbered and self._breaks_numbers(embeddings, unembedding)):
                    yield embeddings, unembedding

    def _breaks_numbers(self, embeddings: Sequence[str], unembedding: str) -> bool:
        """Whether a lower number comes after the tables, or a higher one before the unembedding."""
        earlier = {name for table in embeddings for name in self.before[table]}
        return not earlier <= {*embeddings} or any(unembedding in self.before[name] for name in self.names)

    def _balances(self, layers: Set[str], start: int, end: int) -> bool:
        """Whether each width is given as often as it is read: else there is no way from start to end through all."""
        self.left -= 1
        given = Counter([start, *(self.weights.shapes[name][0] for name in layers)])
        return given == Counter([end, *(self.weights.shapes[name][1] for name in layers)])

    def _paths(self, path: tuple[str, ...], rest: Set[str], width: int, end: int) -> Iterator[tuple[str, ...]]:
        """Layers in every order in which each reads what the one before gives."""
        self.left -= 1
        if not rest and width == end:
            yield path
        for name in self.names:
            if self.left > 0 and name in rest and self.weights.shapes[name][1] == width:
                others = rest - {name}
                if not self.numbered or self.before[name].isdisjoint(others):
                    yield from self._paths((*path, name), others, self.weights.shapes[name][0], end)


def _natural(name: str) -> list[str | int]:
    """Sorts names as people number them: layer 10 behind layer 9."""
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"([0-9]+)", name))]


def _lower_numbers(name: str, names: Sequence[str]) -> frozenset[str]:
    """Those that are called the same but for lower numbers; names are sorted by them."""
    alike = [other for other in names if re.sub("[0-9]+", "#", other) == re.sub("[0-9]+", "#", name)]
    return frozenset(alike[: alike.index(name)])
