"""The reading of a file: chosen, said in it, configured beside it, borne out by recorded figures, or tried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from models.analysis.rules import RuleFits
from models.errors import CheckpointError, shown
from models.formats.chains import AND
from models.formats.decoding import Contents
from models.formats.general_transformer import taken_as_general
from models.formats.registry import OF_THE_TASK, READING, layout_of, open_hyperparameters_of
from models.hyperparameters import PLAIN
from models.network import Network
from models.readings.candidate import Candidate, Tried, by_its_operation, worth_trying
from models.readings.claims import NOT_FOLLOWED, WHY, Claim, claim_of
from models.readings.configured import Configured, configured, remark_on
from models.readings.decide import decided
from models.readings.learned import LEARNED, above_chance
from models.readings.memorised import memorised
from models.readings.recorded import figures_recorded
from models.readings.rules import judged_by_a_rule, rules_followed
from models.task import SUM

ALSO_FITS = 0.02  # below the best accuracy at most
LONGEST_ORDER = 400  # characters
ROLES_GIVEN = "its tensors are taken for what you say they are"


@dataclass(frozen=True, eq=False)
class Interpretation:
    """A network with the facts it was read by, and why these."""

    network: Network
    why: str
    tried: tuple[Tried, ...] = ()  # best first; empty where nothing had to be tried
    adds: bool = True  # False: it computes no x·a + y·b known here, and is judged by a + b
    memorised: str = ""  # why its pairs are taken to be known by heart, where they are
    remarks: tuple[str, ...] = ()  # what else a person should know of how the file was read
    rules: RuleFits | None = None  # that its answers were held against, where they follow no x·a + y·b

    @property
    def others_that_fit(self) -> tuple[Tried, ...]:
        """Readings that score nearly as well: there a person has to decide."""
        if not self.tried:
            return ()
        enough = max(self.tried[0].accuracy - ALSO_FITS, above_chance(self.network.modulus, self.tried[0].pairs))
        return tuple(each for each in self.tried[1:] if each.accuracy >= enough)

    @property
    def learned(self) -> str:
        """What it computes, in words: its operation, whether that is memorised, or that it does not add."""
        if self.rules and self.rules.named:
            return self.rules.named.formula
        operation = str(self.network.layout.hyperparameters.operation)
        return f"{operation} (memorised)" if self.memorised else operation if self.adds else "not addition"


def read_network(
    contents: Contents, config: Mapping[str, Any] | None = None, chosen: Mapping[str, Any] | None = None
) -> Interpretation:
    """The network of a file by the facts that fit. `config` stood beside it; `chosen` are a person's own.

    In this order: chosen, claimed in the file's metadata, configured beside the file, configured inside it; what is
    still open is decided by recorded figures or, where there are none, by trying. Raises CheckpointError, also where a
    configuration contradicts the network.
    """
    if contents.roles:
        contents = replace(contents, remarks=(*contents.remarks, ROLES_GIVEN))
    told = configured(contents, config)
    if told.names_norms_without_weights and READING not in contents.metadata:
        contents = taken_as_general(contents)
    claim = claim_of(contents)
    told.require_computable()
    if claim and claim.credible and not chosen:
        unused = remark_on([*(config or {})], ", since the file's metadata says how it is read")
        claimed = Candidate(contents, claim.network.hyperparameters)
        by_heart = memorised(claimed, figures_recorded(contents.recorded))
        seen = contents.remarks + unused + _of_body(claim.network)
        return Interpretation(claim.network, WHY, memorised=by_heart, remarks=seen)
    interpretation, known = _found(contents, told, claim, chosen or {})
    told.require_agreement(interpretation.network)
    remarks = contents.remarks + told.not_used(interpretation.network) + _of_body(interpretation.network)
    if claim and not claim.credible:
        remarks += (NOT_FOLLOWED,)
    if AND in interpretation.network.hyperparameters.order and "order" not in known:
        remarks += ("which of its two tables is a's is taken from the order of their names; the weights cannot tell",)
    return replace(interpretation, remarks=remarks)


def _found(
    contents: Contents, config: Configured, claim: Claim | None, chosen: Mapping[str, Any]
) -> tuple[Interpretation, Mapping[str, Any]]:
    """The reading, and the facts that were known without recorded figures or trying."""
    layout, choices = layout_of(contents), open_hyperparameters_of(contents)
    _require_open(chosen, choices, layout.TITLE)
    told = config.hyperparameters(layout, contents)
    claimed = claim.network.hyperparameters.values() if claim and claim.credible else {}
    known = told | claimed | dict(chosen)
    if "group" in known:  # what its answers follow is sought among sums mod one number only
        known = {"operation": PLAIN.values()["operation"]} | known
    every = config.of_its_modulus(_candidates(contents, _combinations(choices, known)))
    candidates, glimpsed = worth_trying(every, any_operation="operation" not in known)
    if "operation" not in known:
        candidates = [by_its_operation(one) for one in candidates]
    if len(candidates) > 1:
        fits_coefficient = "coefficient" not in known and len(choices.get("coefficient", ())) > 1
        why, candidates = decided(candidates, contents, fits_coefficient, len(every), glimpsed)
    elif chosen:
        why = "chosen by you"
    else:
        why = config.why if told else "its layout leaves nothing open"
    found = candidates[0]
    if found.hyperparameters.operation != SUM and "operation" not in known:
        why += f"; its answers follow {found.hyperparameters.operation}"
    if "order" not in known:
        why += _order_shown(found.hyperparameters.order, len(choices.get("order", ())))
    tried = tuple(one.tried for one in candidates) if len(candidates) > 1 else ()
    adds = "operation" in known or found.tried.accuracy >= LEARNED
    by_heart = memorised(found, figures_recorded(contents.recorded))
    interpretation = Interpretation(found.network, why, tried, adds or bool(by_heart), by_heart)
    if not interpretation.adds:
        interpretation = _by_a_rule(interpretation, found, every, contents)
    return interpretation, known


def _by_a_rule(
    interpretation: Interpretation, found: Candidate, every: list[Candidate], contents: Contents
) -> Interpretation:
    """The same of a network whose answers follow a rule that is no x·a + y·b: read as that rule fits best."""
    judged = judged_by_a_rule(every)
    if not judged:
        return replace(interpretation, rules=rules_followed(found))
    why, candidates = decided(judged, contents, False, len(every), len(every)) if len(judged) > 1 else ("", judged)
    best = candidates[0]
    rules = rules_followed(best)
    if not rules.named:
        return replace(interpretation, rules=rules_followed(found))
    tried = tuple(one.tried for one in candidates) if len(candidates) > 1 else ()
    why = f"{why or interpretation.why}; its answers follow {rules.named.formula}"
    return Interpretation(best.network, why, tried, adds=False, rules=rules)


def _of_body(network: Network) -> tuple[str, ...]:
    """What cannot be shown of a network's body."""
    return tuple(filter(None, (network.body.about_neurons, network.body.about_attention)))


def read_alike(contents: Contents, interpretation: Interpretation) -> Interpretation:
    """Another checkpoint of a network, read by the facts of the first; what it has learned is judged anew."""
    if roles := interpretation.network.layout.roles:
        contents = replace(contents, roles=roles)
    found = Candidate(contents, interpretation.network.hyperparameters)
    by_heart = memorised(found, figures_recorded(contents.recorded))
    adds = bool(by_heart) or found.tried.accuracy >= LEARNED
    rules = None if adds else rules_followed(found)
    return Interpretation(found.network, interpretation.why, (), adds, by_heart, interpretation.remarks, rules)


def _order_shown(order: str, allowed: int) -> str:
    """Which of several orders of the weights was taken."""
    taken = shown(order, LONGEST_ORDER)
    return f"; of {allowed} orders that the shapes of its weights allow: {taken}" if allowed > 1 else ""


def _combinations(choices: Mapping[str, Iterable[Any]], known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every way to fill what is open; what is known is not open."""
    open_ = {name: tuple(values) for name, values in choices.items() if name not in known}
    return [dict(known) | dict(zip(open_, values, strict=True)) for values in product(*open_.values())]


def _asked(name: str, choices: Mapping[str, Iterable[Any]]) -> bool:
    """Whether a layout has use for a fact."""
    return name in choices or name in OF_THE_TASK


def _require_open(chosen: Mapping[str, Any], choices: Mapping[str, Iterable[Any]], title: str) -> None:
    """A choice that would change nothing must not pass for one that was followed."""
    PLAIN.with_values(chosen)
    closed = [name for name in chosen if not _asked(name, choices)]
    if closed:
        raise CheckpointError(
            f"{title} files leave no {', '.join(closed)} open, so nothing can be chosen there; "
            f"they leave open: {', '.join([*choices, 'operation'])}."
        )


def _candidates(contents: Contents, combinations: list[dict[str, Any]]) -> list[Candidate]:
    """The readings that can be computed. Raises CheckpointError, of the first, where none can."""
    found: list[Candidate] = []
    refusals: list[CheckpointError] = []
    for hyperparameters in combinations:
        try:
            found.append(Candidate(contents, PLAIN.with_values(hyperparameters)))
        except CheckpointError as error:
            refusals.append(error)
    if not found:
        raise refusals[0]
    return found
