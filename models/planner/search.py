"""Which dials for a modulus: candidates by margin, a row sample of each, then all pairs of the best."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite

from models.circuits.logits import CosineFit, logit_waves
from models.errors import RecipeError, is_whole, shown
from models.evaluation import SCALE_ROWS, AffineSurrogate, Counts, Evaluation, RowSample, evaluate_within
from models.groups import Group, as_group
from models.network import Network
from models.planner.candidates import candidate_settings
from models.runtime.steps import OnProgress, Steps, finished
from models.surgery.balance import HARMONICS, Balance, balance_of, balanced_network
from models.surgery.margin import margins
from models.surgery.recipe import Recipe, linked_recipe, own_recipe, require_targets
from models.surgery.transplant import transplant

SAMPLED_CANDIDATES = 96  # a round: so many by margin, a few rows of each
JUDGED_IN_ROUND = 8  # the best of them, on all pairs
ROUNDS = 4
COUNTED_ONCE = 1024  # from this modulus on, a search counts all pairs of one setting only: it takes minutes
HALVINGS = (
    (8, 1),
    (32, 8),
    (128, 64),
)  # of such a search: rows sampled, and of how many settings one is in this halving
RUNNERS_UP = 12


@dataclass(frozen=True)
class Plan:
    """The best setting found, what it scores on all pairs, and what the search looked at."""

    recipe: Recipe
    network: Network
    evaluation: Evaluation
    margin: float
    tried: int  # settings whose answers were looked at, on a few rows or on all pairs
    by_margin_alone: Counts | None  # all pairs of the setting with the largest margin, where it was counted
    runners_up: tuple[
        Recipe, ...
    ] = ()  # other settings that row samples speak for, the best first: for a fitted readout


@dataclass(frozen=True)
class SearchOptions:
    """How dials are sought."""

    fixed: Mapping[int, float] = field(default_factory=dict)  # frequency → target, left as it is
    harmonics: int = 2  # of each dial that are carried along; balanced dials carry their own
    seed: int = 0  # of the settings that are drawn
    rounds: int = ROUNDS  # at most
    balanced: bool = False  # at the strengths of `balance_of`

    def __post_init__(self) -> None:
        for name, lowest in (("rounds", 0), ("harmonics", 1), ("seed", -(2**63))):
            value = getattr(self, name)
            if not is_whole(value) or value < lowest:
                least = f" from {lowest} on" if name != "seed" else ""
                raise RecipeError(f"{name} is {shown(repr(value))}; expected a whole number{least}.")
        require_targets(self.fixed)
        for k, target in self.fixed.items():
            if not isfinite(target):
                raise RecipeError(f"Dial {k} has the target {shown(repr(target))}; expected a finite number of steps.")


@dataclass(frozen=True)
class Choice:
    """Dials chosen without counting all pairs of any setting."""

    recipe: Recipe
    margin: float
    tried: int  # settings of which a few rows were sampled; 0 where no answer was looked at


def find_dials(
    network: Network,
    waves: CosineFit,
    modulus: int | Group,
    *,
    fixed: Mapping[int, float] | None = None,
    harmonics: int = 2,
    seed: int = 0,
    rounds: int = ROUNDS,
    balanced: bool = False,
    on_progress: OnProgress | None = None,
) -> Plan:
    """Choose the targets of the dials in `waves` that `fixed` leaves open; deterministic for a seed.

    Signed settings are drawn at random and ordered by margin. The first is judged on all pairs. While none is right
    everywhere, each round takes the next settings by margin, looks at a few rows of each, and judges the best on all
    pairs.

    From COUNTED_ONCE on, where counting all pairs takes minutes, the first is judged until a pair of it fails, and then
    only the setting that a few rows choose among as many (`dial_choice`) is counted.

    Args:
        network: as it was trained.
        waves: its dials and their α, of `logit_waves`.
        modulus: q, for which dials are sought; or a group.
        fixed: frequency → target, left as it is.
        harmonics: of each dial that are carried along.
        seed: of the settings that are drawn.
        rounds: at most so many.
        balanced: dials stand at the strengths of `balance_of` and carry its harmonics.
        on_progress: told (settings tried, at most).

    Returns:
        The best setting with its operated network and the count of all q² pairs.

    Raises:
        RecipeError: `fixed` names a frequency that is none of `waves`.

    >>> from models import key_frequencies, logit_waves, zoo
    >>> network = zoo.load("mlp-113")
    >>> plan = find_dials(network, logit_waves(network, key_frequencies(network).frequencies), 12)
    >>> plan.evaluation.counts.pairs, plan.recipe.modulus
    (144, 12)
    """
    options = SearchOptions(fixed or {}, harmonics, seed, rounds, balanced)
    return finished(dial_search(network, waves, modulus, options), on_progress)


def dial_search(network: Network, waves: CosineFit, modulus: int | Group, options: SearchOptions) -> Steps[Plan]:
    """`find_dials`, a row sample at a time."""
    search = Search.of(network, waves, modulus, options)
    return (yield from (_counted_once if search.modulus >= COUNTED_ONCE else _in_rounds)(search, options.rounds))


def _in_rounds(search: "Search", rounds: int) -> Steps[Plan]:
    everything = search.modulus**2
    best = search.judge(0, everything)
    assert best is not None  # no more than all pairs can fail
    if len(search.waves.frequencies) < search.group.rank:  # no setting tells every element from every other
        rounds = 0
    label_free, tried, seen = best.evaluation.counts, 1, []
    at_most = min(len(search.order), 1 + rounds * SAMPLED_CANDIDATES)
    for round_ in range(rounds):
        if best.evaluation.counts.right == everything:
            break
        first = 1 + round_ * SAMPLED_CANDIDATES
        sampled = []
        for place in range(first, min(len(search.order), first + SAMPLED_CANDIDATES)):
            sampled.append((search.row_sample(place), -place))
            tried += 1
            yield tried, at_most
        seen += sampled
        for _, place in sorted(sampled, reverse=True)[:JUDGED_IN_ROUND]:
            counts = best.evaluation.counts
            found = search.judge(-place, counts.pairs - counts.right)
            best = max(best, found or best, key=_rank)
            if best.evaluation.counts.right == everything:
                break
            yield tried, at_most  # counting takes longer than glimpsing: whoever waits hears of it
    others = [search.finished(-place) for _, place in sorted(seen, reverse=True)[: RUNNERS_UP + 1]]
    runners_up = tuple(recipe for recipe in others if recipe != best.recipe)[:RUNNERS_UP]
    return Plan(best.recipe, best.network, best.evaluation, best.margin, tried, label_free, runners_up)


def _counted_once(search: "Search", rounds: int) -> Steps[Plan]:
    alone = rounds == 0 or len(search.order) == 1  # then there is nothing to choose, and it is counted to the end
    first = search.judge(0, search.modulus**2 if alone else 0)
    if first:
        return Plan(first.recipe, first.network, first.evaluation, first.margin, 1, first.evaluation.counts)
    place, sampled = yield from search.chosen(rounds)
    best = search.judge(place, search.modulus**2)
    assert best is not None  # no more than all pairs can fail
    label_free = None if place else best.evaluation.counts
    return Plan(best.recipe, best.network, best.evaluation, best.margin, sampled, label_free)


def dial_choice(network: Network, waves: CosineFit, modulus: int | Group, options: SearchOptions) -> Steps[Choice]:
    """As `find_dials`, by margin and row samples alone: no setting is counted on all pairs, at any modulus.

    All settings of the rounds are sampled on a few rows, the best of them on more, and the best of those on more yet.
    With no rounds the largest margin is taken and no answer looked at. Its steps are (samples taken, at most).
    """
    search = Search.of(network, waves, modulus, options)
    place, sampled = yield from search.chosen(options.rounds)
    return Choice(search.finished(place), search.margin(place), sampled)


@dataclass(frozen=True)
class _Judged:
    recipe: Recipe
    network: Network
    evaluation: Evaluation
    margin: float


class Search:
    """The candidates of one search, in the order in which they are tried.

    With a `balance`, row samples and margins are of the balanced network, whose dials weigh otherwise; what is judged
    is cut from the trained tables themselves.
    """

    def __init__(
        self,
        network: Network,
        waves: CosineFit,
        modulus: int | Group,
        fixed: Mapping[int, float],
        harmonics: int,
        seed: int,
        balance: Balance | None = None,
    ) -> None:
        foreign = sorted(set(fixed) - set(waves.frequencies))
        if foreign:
            raise RecipeError(
                f"Frequency {foreign[0]} is not among the dials of this search; "
                f"expected some of {', '.join(map(str, waves.frequencies))}."
            )
        self.network, self.ready, self.balance = network, network, balance
        if balance:
            self.ready = balanced_network(network, waves.frequencies)
            waves = logit_waves(self.ready, waves.frequencies)
        self.waves, self.group, self.harmonics = waves, as_group(modulus), harmonics
        self.candidates = candidate_settings(waves, self.group, fixed, seed)
        self.scores = margins(self.candidates, waves.weights, self.group)
        self.order = self.scores.argsort(descending=True, stable=True).tolist()
        if self.group == network.task.group:
            self.order = [0] + [row for row in self.order if row != 0]  # where it was trained, its own dials come first

    @classmethod
    def of(cls, network: Network, waves: CosineFit, modulus: int | Group, options: SearchOptions) -> "Search":
        """The candidates that the options allow."""
        balance = balance_of(network, waves.frequencies) if options.balanced else None
        harmonics = HARMONICS if options.balanced else options.harmonics
        return cls(network, waves, modulus, options.fixed, harmonics, options.seed, balance)

    @property
    def modulus(self) -> int:
        """How many elements the group has: q."""
        return self.group.order

    def finished(self, place: int) -> Recipe:
        """The setting at a place of the order, for the trained network."""
        return self.balance.of(self.recipe(place)) if self.balance else self.recipe(place)

    def recipe(self, place: int) -> Recipe:
        """The same for the network that row samples look at."""
        targets = dict(zip(self.waves.frequencies, self.candidates[self.order[place]].tolist(), strict=True))
        return linked_recipe(self.group, targets, self.harmonics)

    def margin(self, place: int) -> float:
        """Of the setting at a place of the order."""
        return float(self.scores[self.order[place]])

    @cached_property
    def surrogate(self) -> AffineSurrogate:
        """The network at any setting of these dials."""
        return AffineSurrogate(self.ready, own_recipe(self.network.modulus, self.waves.frequencies, self.harmonics))

    def row_sample(self, place: int, rows: int = SCALE_ROWS) -> RowSample:
        """Pairs right and smallest margin on a few rows."""
        return self.surrogate.row_sample(self.recipe(place), rows)

    def chosen(self, rounds: int) -> Steps[tuple[int, int]]:
        """The place of the setting that wins all halvings, and how many settings were sampled."""
        count = min(len(self.order), 1 + rounds * SAMPLED_CANDIDATES)
        if count == 1:
            return 0, 0
        standing, done = list(range(count)), 0
        at_most = sum(-(-count // part) for _, part in HALVINGS)
        for rows, part in HALVINGS:
            standing = standing[: -(-count // part)]
            seen = {}
            for place in standing:
                seen[place] = (self.row_sample(place, rows), -place)
                done += 1
                yield done, at_most
            standing.sort(key=lambda place: seen[place], reverse=True)
        return standing[0], count

    def judge(self, place: int, failures: int) -> _Judged | None:
        """All pairs; None where more than `failures` of them are not right."""
        recipe = self.finished(place)
        operated = transplant(self.network, recipe)
        evaluation = evaluate_within(operated, failures)
        if evaluation is None:
            return None
        return _Judged(recipe, operated, evaluation, self.margin(place))


def _rank(judged: _Judged) -> tuple[int, float]:
    return judged.evaluation.counts.right, judged.evaluation.smallest_margin
