"""Figures as people read them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from models.analysis.inspection import FORMING, Inspection
from models.analysis.sampled_inspection import SampledInspection
from models.evaluation import Answer, Counts, Evaluation, Proof, State
from models.evaluation import percent as shares
from models.evaluation.sample import Interval
from models.experiment.sweep import Reached
from models.network import Network

percent = shares.percent  # with all other wordings
MOST_CLASSES = 3  # of those that tie, by name
METHODS = {
    "rows": "by rows of the grid of all pairs",
    "stripes": "by stripes, pairs of one a − b together",
    "plain": "by a forward pass for every pair",
    "exact": "in ball arithmetic",
    "silent": "at once, since the readout says the same of every class",
}


def counted(counts: Counts) -> str:
    """The sentence under the large number."""
    rest = f"{counts.undecided:,} undecided, {counts.wrong:,} wrong"
    return f"{counts.right:,} of all {counts.pairs:,} pairs right; {rest}"


def split(evaluation: Evaluation) -> str:
    """Wrapping and other pairs apart."""
    wrapping, plain = percent(evaluation.wrapping.accuracy), percent(evaluation.not_wrapping.accuracy)
    return f"pairs that wrap {wrapping}, others {plain}"


def spoken(evaluation: Evaluation) -> str:
    """The map for people who hear it."""
    return f"Map of all pairs modulo {evaluation.modulus}: {counted(evaluation.counts)}; {split(evaluation)}."


def proven(proof: Proof) -> str:
    """By what method all pairs were counted, and how many needed more than its first arithmetic."""
    finer = percent(proof.recounted)
    return f"Counted {METHODS[proof.method]}, each with a proven bound on its error; {finer} in a finer arithmetic."


def left_unproven(proof: Proof) -> str:
    """How many pairs no arithmetic could tell; nothing where there are none."""
    if not proof.unproven:
        return ""
    pairs = "pair" if proof.unproven == 1 else "pairs"
    return (
        f"{proof.unproven:,} {pairs} of {proof.pairs:,} could not be told in the finest arithmetic either; they are "
        f"unproven and count as undecided."
    )


def answered(answer: Answer) -> str:
    """What became of a pair, and by which answer where it is not right."""
    if answer.state == State.WRONG and answer.classes:
        return f"wrong, it answers {_classes_listed(answer.classes, 'or')}"
    if answer.state == State.UNDECIDED and len(answer.classes) > 1:
        return f"undecided between {_classes_listed(answer.classes, 'and')}"
    return ("wrong", "undecided", "right")[answer.state]


def _classes_listed(classes: Sequence[int], last: str) -> str:
    """At least one class, the last of several behind its word."""
    more = len(classes) - MOST_CLASSES
    if more > 0:
        return f"{', '.join(map(str, classes[:MOST_CLASSES]))} {last} {more} more"
    first = ", ".join(map(str, classes[:-1]))
    return f"{first} {last} {classes[-1]}" if first else f"{classes[-1]}"


def sum_answered(a: float, b: float, modulus: int, answer: int) -> str:
    """Whether a network's answer to a + b is right, for numbers that need not be whole."""
    first, second = (Decimal(repr(number)).normalize() for number in (a, b))
    total = ((first + second) % modulus).normalize()
    told = f"{first:f} + {second:f} ≡ {total:f} (mod {modulus})"
    if total != int(total):
        return f"{told} lies between two classes, so no answer is right."
    return f"{told}: {'right' if answer == total else 'wrong'}."


def duration(seconds: float) -> str:
    """About how long something takes."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60):,} min" if seconds < 90 * 60 else f"{round(seconds / 3600):,} h"


def megabytes(size: float) -> str:
    """An amount of memory."""
    return f"{max(1, round(size / 2**20)):,} MB"


def queued(ahead: int) -> str:
    """How many other visitors' work comes first."""
    work = "one long computation" if ahead == 1 else f"{ahead} long computations"
    return f"Waiting for a turn: {work} of other visitors come{'s' if ahead == 1 else ''} first."


def working(seconds: float, estimated: float | None) -> str:
    """How far a long computation is, by time alone."""
    so_far = (
        f"{duration(seconds)} so far" if estimated is None else f"{duration(seconds)} of about {duration(estimated)}"
    )
    return f"{so_far}; any other control or page stops it"


def count(number: float) -> str:
    """A whole number."""
    return f"{int(number):,}"


def interval(seen: Interval) -> str:
    """A sampled share: never without its interval."""
    share = percent(seen.right / seen.sampled, 1)
    return f"≈ {share} ({percent(seen.low, 1)} to {percent(seen.high, 1)})"


def verdict_sentence(found: Inspection | SampledInspection) -> str:
    """What the half-step test says of this network."""
    keys = len(found.keys.frequencies)
    dials = f"{keys} dial" + ("s" if keys != 1 else "")
    sentences = {
        "circuit": f"It adds angles on {dials}: a Fourier circuit.",
        FORMING: f"It adds angles on {dials}, but few pairs come out right yet: a Fourier circuit, still forming.",
        "no circuit": "No Fourier circuit: it fails between the numbers that it was trained on.",
        "unclear": "It adds angles, but no gap sets its key frequencies apart: unclear.",
    }
    return sentences[found.verdict]


def shown_without_a_body(network: Network) -> str:
    """What surgery shows of a network whose body has nothing of its own."""
    oscillators = network.body.oscillators
    if oscillators is None:
        return "Here surgery shows that training found the phase rule."
    if oscillators.kind == "pairwise":
        return "Here surgery shows that training found drives whose angles add up in the doubles of its phases."
    return (
        "Here surgery shows that training found clean drives. Their sum is built into three-body coupling, which adds "
        "whatever angle a drive has: so other frequencies, scaled up, add too."
    )


def how_dials_were_found(found: Mapping[int, Reached]) -> str:
    """By what the settings of a sweep were chosen, and at how many moduli answers were looked at for it."""
    tried = [each.tried for each in found.values()]
    at_once = sum(each == 1 for each in tried)
    told = (
        "Which steps the dials take is searched for. First come those with the widest margin of exact cosines, for "
        f"which no answer is looked at: {at_once} of {len(tried)} moduli needed no others."
    )
    if at_once == len(tried):
        return told
    return f"{told} Elsewhere up to {max(tried):,} settings were tried, by how many pairs each gets right."


DEFECTS = {
    "row": "a row that the others do not foretell",
    "seam": "a dial that does not close",
    "chirp": "a dial that glides",
    "missing": "a dial that is missing",
}
DAMAGE = {
    "nothing": "nothing: as it is",
    "replaced": "a row replaced by another",
    "noisy": "a row made noisy",
    "seam": "a dial that does not close",
    "chirp": "a dial that glides",
    "missing": "a dial taken out",
}
