"""Two networks side by side: which, in what colours, and the one sentence on what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dashboard import wording
from dashboard.foreign_text import in_markdown, in_plain
from dashboard.session.state import Opened, current, session
from dashboard.theme import Ink, hues_of
from models.analysis.comparison import SharedDial, SharedDials, shared_dials
from models.analysis.inspection import Inspection
from models.circuits.neurons import NeuronTable
from models.circuits.spectra import KeyFrequencies
from models.network import Network

MOST_NAMED = 6  # frequencies in the sentence
TIE_DIGITS = 6  # of a strength: what lies behind them is rounding, and chooses no colour


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two networks, in the colours of the page."""

    place: str  # "left" or "right": tells widgets apart
    name: str  # as it stands, and never that of the other one
    opened: Opened
    keys: tuple[int, ...]
    colours: dict[int, str]  # of its key frequencies: one dial has one colour on both sides

    @property
    def network(self) -> Network:
        """The network, as trained."""
        return self.opened.network


@dataclass(frozen=True, eq=False)
class Sides:
    """Both, and their dials together."""

    left_side: Side
    right_side: Side
    dials: SharedDials

    @property
    def both(self) -> tuple[Side, Side]:
        """The left one first."""
        return self.left_side, self.right_side

    @property
    def is_one_modulus(self) -> bool:
        """Both learned the same numbers."""
        return self.left_side.network.modulus == self.right_side.network.modulus


def others() -> list[str]:
    """Keys of the networks that may stand beside the current one: all but itself."""
    here = session()
    return [key for key in here.opened if key != here.current]


def beside() -> str:
    """The key of the network beside the current one: the one chosen, or else the first of the same modulus."""
    here, candidates = session(), others()
    if here.beside in candidates:
        return here.beside
    modulus = current().network.modulus
    return min(candidates, key=lambda key: here.opened[key].network.modulus != modulus)


def choose_beside(key: str) -> None:
    """Show another one beside the current network."""
    session().beside = key


def sides_of(left: Opened, right: Opened, keys: tuple[KeyFrequencies, KeyFrequencies], ink: Ink) -> Sides:
    """Two networks in the colours of their dials together."""
    p, q = left.network.modulus, right.network.modulus
    dials = shared_dials(p, keys[0].frequencies, q, keys[1].frequencies)
    strengths = {k: float(keys[0].strengths[k - 1]) for k in keys[0].frequencies}
    other = {k: float(keys[1].strengths[k - 1]) for k in keys[1].frequencies}

    def place(dial: SharedDial) -> tuple[bool, float, Fraction]:
        strongest = max(strengths.get(dial.left or 0, 0.0), other.get(dial.right or 0, 0.0))
        return not dial.is_shared, -round(strongest, TIE_DIGITS), dial.turn

    hues = hues_of([dial.turn for dial in sorted(dials.dials, key=place)], ink)
    names = [in_plain(left.title), in_plain(right.title)]
    if names[0] == names[1]:
        names = [f"{names[0]} (left)", f"{names[1]} (right)"]
    return Sides(
        Side("left", names[0], left, keys[0].frequencies, {k: hues[Fraction(k, p)] for k in keys[0].frequencies}),
        Side("right", names[1], right, keys[1].frequencies, {k: hues[Fraction(k, q)] for k in keys[1].frequencies}),
        dials,
    )


def difference_told(sides: Sides, found: Sequence[Inspection], neurons: Sequence[NeuronTable]) -> str:
    """One sentence of what was computed: the dials, the pairs that are right, and the neurons of each."""
    left, right = sides.both
    one, other = in_markdown(left.name), in_markdown(right.name)
    told = [
        f"**{one}** has {_dials(len(left.keys))} mod {left.network.modulus}, **{other}** "
        f"{_dials(len(right.keys))} mod {right.network.modulus}: {_alike(sides)}",
        _right(one, other, found),
        _pure(one, other, neurons),
    ]
    return "; ".join(told) + "."


def _dials(count: int) -> str:
    return f"{count} key frequenc{'y' if count == 1 else 'ies'}" if count else "no key frequency"


def _alike(sides: Sides) -> str:
    dials, shared = sides.dials, sides.dials.shared
    p, q = dials.left_modulus, dials.right_modulus
    if not sides.left_side.keys or not sides.right_side.keys:
        return "there is nothing to share"
    if not dials.could_be_shared:
        return f"none turns alike, since {p} and {q} share no factor"
    if not shared:
        return "they share none"
    if len(shared) == len(dials.dials):
        return "they are the same ones"
    told = [f"k = {dial.left}" if p == q else f"{dial.left}/{p} = {dial.right}/{q}" for dial in shared[:MOST_NAMED]]
    more = [f"{len(shared) - MOST_NAMED} more"] if len(shared) > MOST_NAMED else []
    return f"they share {len(shared)} ({', '.join([*told, *more])})"


def _right(one: str, other: str, found: Sequence[Inspection]) -> str:
    accuracies = [each.evaluation.counts.accuracy for each in found]
    if accuracies == [1, 1]:
        return "both are right on every pair"
    shares = [wording.percent(accuracy) for accuracy in accuracies]
    return f"{one} is right on {shares[0]} of all pairs, {other} on {shares[1]}"


def _pure(one: str, other: str, neurons: Sequence[NeuronTable]) -> str:
    shares = [wording.percent(float(table.clustered.double().mean()), 0) for table in neurons]
    told = "one frequency explains at least 85% of what a neuron does"
    return f"{told} for {shares[0]} of the neurons of {one} and for {shares[1]} of those of {other}"
