"""Is a certificate true? Digests, a recount by plain forward passes, and everything that it says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from models.circuits.logits import logit_waves
from models.errors import RecipeError
from models.evaluation import TIE_TOLERANCE, Evaluation, Passes, State, evaluate, proven_states
from models.evaluation.certificate import LISTED_WRONG, Certificate, CertifiedOperation, first_wrong
from models.evaluation.sample import wilson_interval
from models.groups import parse_group
from models.network import Network
from models.operations import operation_counts, parse_operation
from models.surgery.readout import FITTED, ReadoutMode, fit_readout
from models.surgery.recipe import Recipe
from models.surgery.transplant import measured_source, recut_source, transplant

SAME_SCALE = 1e-3  # relative: float32 and float64 see the scale of the logits no further apart
SAME_SHARE = 0.01  # of the pairs: which of them float32 decides depends a little on the processor
SAME_ERROR = 2.0  # times: and so do the bounds
FIRST_VERSION_ERROR = 1e-3  # of a margin, where no bound is named
UNLIKELY = 5.0  # standard errors of a sampled share


@dataclass(frozen=True)
class Difference:
    """One thing that a certificate says, and what was found."""

    field: str
    said: Any
    found: Any


@dataclass(frozen=True)
class Checked:
    """What became of a certificate."""

    differs: tuple[Difference, ...]
    looked_at: int  # pairs
    pairs: int
    sampled: bool = False  # some pairs were looked at: no recount
    remarks: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Nothing differs."""
        return not self.differs


def check_certificate(said: Certificate, network: Network, *, sample: int | None = None, seed: int = 0) -> Checked:
    """Check a certificate against the network that it is about: the one before the operation, or the one after it.

    All pairs are recounted by plain float64 forward passes with proven bounds, or so many random ones (`sample`), which
    is a look and no recount. Nothing is counted where the network is another one.
    """
    differs = list(_contradictions(said))
    operated, about = _operated(said, network)
    differs += about
    pairs = said.recipe.modulus**2
    if operated is None:
        remark = "Nothing was counted: the certificate is about another network."
        return Checked(tuple(differs), 0, pairs, remarks=(remark,))
    remarks = ("It is of the first version and names neither method nor bounds.",) if said.is_first_version else ()
    if sample is not None:
        differs += _sampled(said, operated, sample, seed)
        remark = f"A sample of {sample:,} random pairs, no recount."
        return Checked(tuple(differs), sample, pairs, True, (*remarks, remark))
    counted = evaluate(operated, "plain", scale=said.scale)
    differs += [*_recounted(said, counted, operated), *_of_its_operation(said, counted)]
    return Checked(tuple(differs), pairs, pairs, remarks=remarks)


def _contradictions(said: Certificate) -> Iterator[Difference]:
    """Where a certificate cannot be true of any network."""
    q, counted = said.recipe.modulus, said.right + said.undecided + said.wrong
    if said.modulus != q:
        yield Difference("modulus", said.modulus, f"{q} in its recipe")
    if said.pairs != said.modulus**2:
        yield Difference("pairs", said.pairs, f"{said.modulus}² = {said.modulus**2}")
    if counted != said.pairs:
        yield Difference("right + undecided + wrong", counted, f"{said.pairs} pairs")
    listed = said.first_wrong
    inside = all(0 <= number < q for pair in listed for number in pair)
    if len(listed) != min(LISTED_WRONG, said.wrong) or sorted(set(listed)) != list(listed) or not inside:
        yield Difference("first_wrong", f"{len(listed)} pairs", "other than the first wrong ones, row by row")
    if said.smallest_at_least is not None and said.smallest_at_least > said.smallest_margin:
        yield Difference("smallest_at_least", said.smallest_at_least, f"above the margin {said.smallest_margin}")
    if said.proof:
        proof = said.proof
        if proof.pairs != said.pairs:
            yield Difference("proof", f"{proof.pairs} pairs", f"{said.pairs} pairs")
        if proof.unproven > said.undecided:
            yield Difference("proof", f"{proof.unproven} unproven", f"{said.undecided} undecided")


def _operated(said: Certificate, network: Network) -> tuple[Network | None, list[Difference]]:
    """The network that was counted, and where it is not the one that the certificate names."""
    if network.digest == said.operated_digest:
        return network, []
    if network.digest != said.source_digest:
        return None, [Difference("source_digest", said.source_digest, network.digest)]
    differs = []
    if network.modulus != said.trained_modulus:
        differs.append(Difference("trained_modulus", said.trained_modulus, network.modulus))
    operated = operated_by(network, said.recipe, said.readout, said.seed or 0)
    if operated.digest != said.operated_digest:
        differs.append(Difference("operated_digest", said.operated_digest, operated.digest))
    return operated, differs


def operated_by(network: Network, recipe: Recipe, readout: ReadoutMode | str, seed: int) -> Network:
    """The network after an operation: its tables re-cut, and a fitted readout fitted again."""
    operated = transplant(network, recipe)
    if readout not in FITTED:
        return operated
    source = recut_source(network, recipe)
    waves = logit_waves(measured_source(network, recipe), recipe.frequencies)
    fitted: ReadoutMode = "calibrate" if readout == "calibrate" else "refit"
    return fit_readout(source, recipe, operated, waves, fitted, seed).network


def _recounted(said: Certificate, found: Evaluation, operated: Network) -> Iterator[Difference]:
    """Where a recount of all pairs says otherwise."""
    for state in ("right", "undecided", "wrong"):
        if getattr(said, state) != getattr(found.counts, state):
            yield Difference(state, getattr(said, state), getattr(found.counts, state))
    if (listed := first_wrong(found)) != said.first_wrong:
        yield Difference("first_wrong", _shown(said.first_wrong), _shown(listed))
    off = max((found.smallest_margin - found.smallest_at_least), 0.0)
    error = said.proof.largest_error if said.proof else FIRST_VERSION_ERROR * abs(found.smallest_margin)
    if not abs(said.smallest_margin - found.smallest_margin) <= error + off:
        yield Difference("smallest_margin", said.smallest_margin, found.smallest_margin)
    if said.smallest_at_least is not None and said.smallest_at_least > found.smallest_margin + off:
        yield Difference("smallest_at_least", said.smallest_at_least, found.smallest_margin)
    if said.proof and said.scale is not None:
        yield from _proven_otherwise(said, evaluate(operated))


def _of_its_operation(said: Certificate, found: Evaluation) -> Iterator[Difference]:
    """Where the operation is not the one of the certificate's group, or its pairs are counted otherwise."""
    claim = said.operation
    if claim is None:
        return
    try:
        operation = parse_operation(claim.formula, parse_group(claim.numbers) if claim.numbers else None, claim.bits)
    except RecipeError as error:
        yield Difference("operation", claim.formula, str(error))
        return
    if operation.group != said.recipe.group:
        yield Difference("operation", f"{claim.formula} in {said.recipe.group}", f"a sum in {operation.group}")
        return
    counted = operation_counts(operation, found)
    again = CertifiedOperation.of(claim.formula, claim.numbers, claim.bits, counted.counts, counted.left_out)
    for name in ("pairs", "right", "undecided", "wrong", "left_out"):
        if getattr(claim, name) != getattr(again, name):
            yield Difference(f"operation.{name}", getattr(claim, name), getattr(again, name))


def _proven_otherwise(said: Certificate, found: Evaluation) -> Iterator[Difference]:
    """Where the count that it describes, made again, takes another way."""
    proof, again = said.proof, found.proof
    assert proof
    assert said.scale is not None
    if not abs(said.scale - found.scale) <= SAME_SCALE * found.scale:
        yield Difference("scale", said.scale, found.scale)
    if proof.method != again.method:
        yield Difference("proof.method", proof.method, again.method)
        return
    room = SAME_SHARE * said.pairs
    for name in ("in_float32", "in_float64", "in_balls", "unproven"):
        if abs(getattr(proof, name) - getattr(again, name)) > room:
            yield Difference(f"proof.{name}", getattr(proof, name), getattr(again, name))
    if not again.largest_error / SAME_ERROR <= proof.largest_error <= SAME_ERROR * again.largest_error:
        yield Difference("proof.largest_error", proof.largest_error, again.largest_error)


def _sampled(said: Certificate, operated: Network, count: int, seed: int) -> Iterator[Difference]:
    """Where random pairs, and those that it lists as wrong, say otherwise."""
    q, generator = operated.modulus, torch.Generator().manual_seed(seed)
    states = _states(operated, said, *torch.randint(q, (2, count), generator=generator))
    right = int((states == State.RIGHT).sum())
    if said.complete and right < count:
        yield Difference("right", f"all {said.pairs}", f"{count - right} of {count} random pairs are not")
    elif not wilson_interval(right, count, UNLIKELY).holds(said.right / max(said.pairs, 1)):
        yield Difference("right", said.right / max(said.pairs, 1), f"{right} of {count} random pairs")
    if said.first_wrong and all(0 <= number < q for pair in said.first_wrong for number in pair):
        listed = torch.tensor(said.first_wrong)
        others = int((_states(operated, said, *listed.unbind(1)) != State.WRONG).sum())
        if others:
            yield Difference("first_wrong", _shown(said.first_wrong), f"{others} of them are not wrong")


def _states(operated: Network, said: Certificate, a: Tensor, b: Tensor) -> Tensor:
    """uint8 of State of some pairs, by plain passes; what is not proven is undecided."""
    found = Passes(operated).of_pairs(a, b)
    states, certain = proven_states(found.values, found.errors, TIE_TOLERANCE * (said.scale or 0.0))
    return states.where(certain, State.UNDECIDED)


def _shown(pairs: tuple[tuple[int, int], ...]) -> list[list[int]]:
    """The first three, to be printed."""
    return [list(pair) for pair in pairs[:3]]
