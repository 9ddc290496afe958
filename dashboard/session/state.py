"""What one visitor has open and has set: typed session state. Nothing here outlives or leaves the session."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import streamlit as st

from dashboard import cache, shipped
from dashboard.foreign_text import in_file_name
from dashboard.jobs import Jobs
from dashboard.recipes.operations import OFFERED, Controlled, Offered
from dashboard.session.link import Link
from dashboard.session.link_hyperparameters import hyperparameters_in_link
from models import zoo
from models.evaluation.certificate import Certificate
from models.experiment.controls import Control, ControlKey
from models.formats.endings import without_endings
from models.formats.series import CheckpointSeries
from models.network import Network
from models.readings import Interpretation
from models.readings.claims import digest_holds
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Recipe, own_recipe
from models.training.live_run import LiveSettings

FIRST_PAIR = (0.62, 0.71)  # shares of the numbers, as on *Turn it* (pure/pairs.js)
MOST_STEPS = 100  # of undoing
MOST_CONTROLS = 32  # operations of one network whose controls are kept, those looked at last
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Opened:
    """A network that the visitor can choose: from the zoo or from an upload of this session."""

    name: str
    interpretation: Interpretation  # of the checkpoint that is shown
    metadata: dict[str, str]
    run: CheckpointSeries | None = None  # what was uploaded: one checkpoint or several
    checkpoint: int = 0  # which of them is shown
    config: Mapping[str, Any] | None = None  # that stood beside it
    also_in: frozenset[str] = frozenset()  # digests of other files that held the same network

    @property
    def network(self) -> Network:
        """The network that is shown."""
        return self.interpretation.network

    @property
    def uploaded(self) -> bool:
        """Brought by this visitor."""
        return self.run is not None

    @property
    def file_digest(self) -> str:
        """SHA-256 of the file of the checkpoint that is shown; empty for the zoo's."""
        return self.run.checkpoints[self.checkpoint].file_digest if self.run else ""

    @cached_property
    def linked_hyperparameters(self) -> dict[str, Any]:
        """What a link says of how the file is read; memoised, since the orders of weights take a while to be found."""
        return hyperparameters_in_link(self.network, self.run.checkpoints[self.checkpoint]) if self.run else {}

    @property
    def digest_claimed(self) -> bool | None:
        """Whether the digest that the file's metadata claims is this network's; None where it claims none."""
        return digest_holds(self.metadata, self.network)

    @property
    def stem(self) -> str:
        """Its name without the ending, for the names of files."""
        return in_file_name(without_endings(self.name))

    @property
    def title(self) -> str:
        """Its name, and the step of a run."""
        several = self.run is not None and len(self.run.checkpoints) > 1
        return f"{self.name}, step {self.run.steps[self.checkpoint]:,}" if several and self.run else self.name


@dataclass(frozen=True, eq=False)
class Unread:
    """An upload that fits no layout, retained so that a person can say what its tensors are."""

    run: CheckpointSeries
    config: Mapping[str, Any] | None  # that stood beside it


@dataclass
class SeenControls:
    """The controls of one operation as they come in: what is kept of them when they are stopped."""

    of: Controlled
    rows: dict[ControlKey, Control] = field(default_factory=dict)  # with its dials; the last may still grow
    is_through: bool = False  # all of these are counted
    shipped_by: str = ""  # the command that counted them, where they come with the project
    anew: Control | None = None  # with dials of their own, one more shuffled body at a time

    @property
    def together(self) -> list[Control]:
        """All that have come in."""
        return [*self.rows.values(), *([self.anew] if self.anew else [])]

    @property
    def is_searched(self) -> bool:
        """Every shuffled body has been searched."""
        return self.anew is not None and self.anew.is_whole

    @classmethod
    def at_first(cls, network: Network, of: Controlled) -> "SeenControls":
        """What comes with the project of this operation on a network, which is of sums; nothing yet of any other."""
        comes = None if of.offered else shipped.controls_of_operation(network, of.recipe)
        if comes is None:
            return cls(of)
        rows = {control.key: control for control in comes.with_its_dials}
        return cls(of, rows, is_through=True, anew=comes.searched, shipped_by=comes.command)


@dataclass
class SeenBlend:
    """The way from the trained body to shuffled ones, of one operation, as it comes in."""

    recipe: Recipe
    curves: dict[int, dict[float, float]] = field(default_factory=dict)  # seed → share of the way → share right
    comes_counted: bool = False  # with the project


@dataclass
class Bench:
    """The surgery console of one network: the recipe that the visitor turns."""

    recipe: Recipe
    past: list[Recipe] = field(default_factory=list)  # what undoing brings back, the last first to come
    future: list[Recipe] = field(default_factory=list)  # what redoing does
    refused: str = ""  # why the last thing that was asked for could not be set
    met: set[str] = field(default_factory=set)  # challenges, by their labels
    readouts: tuple[ReadoutMode, ...] = ("keep",)  # that a sweep over every modulus counts
    swept: int = 0  # moduli of `SWEEP_ORDER` that are through
    fitted: dict[str, int] = field(default_factory=dict)  # readout → moduli of the sweep that it is counted at
    controls: dict[Controlled, SeenControls] = field(default_factory=dict)  # of Evidence, the last looked at last
    blend: SeenBlend | None = None

    def turn(self, recipe: Recipe) -> None:
        """Set another recipe, as a step that can be undone."""
        if recipe != self.recipe:
            self.past = [*self.past, self.recipe][-MOST_STEPS:]
            self.future, self.recipe = [], recipe

    def undo(self) -> None:
        """One step back, where there is one."""
        if self.past:
            self.future.append(self.recipe)
            self.recipe = self.past.pop()

    def redo(self) -> None:
        """The step that was undone last, again."""
        if self.future:
            self.past.append(self.recipe)
            self.recipe = self.future.pop()


@dataclass
class OpenedCertificate:
    """A certificate that the visitor opened, to be checked against the network in use; or why it is none."""

    name: str
    said: Certificate | None = None
    error: str = ""
    recounted_for: str = ""  # digest of the network whose pairs the visitor wants counted again, all of them


@dataclass
class Session:
    """Everything of one visitor."""

    opened: dict[str, Opened] = field(default_factory=dict)  # by the digest that each had when it was opened
    current: str = ""
    edit: int = 0  # the browser's number of the last edit, of any network; echoed so that it knows what was counted
    benches: dict[str, Bench] = field(default_factory=dict)  # by digest
    beside: str = ""  # the network that *Two networks* shows beside the current one; empty until one was chosen
    pair_asked: Pair | None = None  # the one whose answer the browser wants to know
    pair: Pair | None = None  # that is followed through the network, on every page that follows one
    weights_asked: bool = False  # by the browser's kernel, for the network in use
    runs: int = 0  # of the whole page: the address is written anew after each
    arrived: bool = False  # what the address asked for has been looked at
    awaited: Link | None = None  # a link to a file that is not open here yet
    before_awaited: Link | None = None  # what was shown when it came
    drops: int = 0  # of files on Your network
    upload_errors: tuple[str, ...] = ()  # of the last drop
    upload_notes: tuple[str, ...] = ()
    unread: Unread | None = None  # of the last drop that had one
    certificate: OpenedCertificate | None = None
    certificates: int = 0  # that were dropped
    link_error: str = ""  # of the link that was opened
    jobs: Jobs = field(default_factory=Jobs)  # what goes on between two showings of a page
    page_asked: str = ""  # the file of a page that a button of the console leads to
    offered: Offered = OFFERED[0]  # the operation that was chosen on Every operation
    asks_of_operation: bool = False  # Evidence runs the controls of that one, else those of the sum on Turn it
    turned: dict[tuple[str, str], Recipe] = field(default_factory=dict)  # on Every operation, by network and group
    turns: int = 0  # the browser's number of the last of these; echoed so that it knows what was counted
    live: LiveSettings = field(default_factory=LiveSettings)  # of the network that the browser trained and sent last
    live_refused: str = ""  # why that one could not be opened
    agreed: set[str] = field(default_factory=set)  # digests of networks that are computed beyond the budget


def session() -> Session:
    """The visitor's session, with the zoo open."""
    if "clockwork" not in st.session_state:
        fresh = Session()
        for name in zoo.names():
            network = cache.zoo_network(name)
            fresh.opened[network.digest] = Opened(name, Interpretation(network, "it was trained here"), {})
        fresh.current = next(iter(fresh.opened))
        st.session_state.clockwork = fresh
    here: Session = st.session_state.clockwork
    return here


def ask_for_weights() -> None:
    """The browser's kernel has not got the network that is shown."""
    session().weights_asked = True


def current() -> Opened:
    """The network that every page shows."""
    here = session()
    return here.opened[here.current]


def bench() -> Bench:
    """The console of the current network."""
    return bench_of(current().network)


def bench_of(network: Network) -> Bench:
    """The console of an opened network; it begins with the network's own dials at its own modulus."""
    here = session()
    if network.digest not in here.benches:
        here.benches[network.digest] = Bench(opening_recipe(network))
    return here.benches[network.digest]


def pair_followed(network: Network) -> Pair:
    """The pair that the visitor follows, each number as its remainder; before they chose one, one that wraps."""
    most = network.modulus - 1
    a, b = session().pair or (round(FIRST_PAIR[0] * most), round(FIRST_PAIR[1] * most))
    return a % network.modulus, b % network.modulus


def owner_of(network: Network, of: Hashable) -> tuple[str, Hashable]:
    """The operation that controls and curves belong to."""
    return network.digest, of


def controls_seen(network: Network, of: Controlled) -> SeenControls:
    """What Evidence has of this operation on a network."""
    kept = bench_of(network).controls
    found = kept.pop(of, None) or SeenControls.at_first(network, of)
    return _keep_controls(network, found)


def _keep_controls(network: Network, seen: SeenControls) -> SeenControls:
    """As the last looked at of so many."""
    kept = bench_of(network).controls
    kept.pop(seen.of, None)
    kept[seen.of] = seen
    while len(kept) > MOST_CONTROLS:
        del kept[next(iter(kept))]
    return seen


def blend_seen(network: Network, recipe: Recipe) -> SeenBlend:
    """What Evidence has of the way to a shuffled body; what comes with the project, where another was looked at."""
    here = bench_of(network)
    if here.blend is None or here.blend.recipe != recipe:
        comes = shipped.controls_of_operation(network, recipe)
        here.blend = SeenBlend(recipe, dict(comes.blends), True) if comes else SeenBlend(recipe)
    return here.blend


def forget_controls(network: Network, of: Controlled) -> None:
    """Begin anew with the controls of an operation, whatever comes with the project."""
    _keep_controls(network, SeenControls(of))


def opening_recipe(network: Network) -> Recipe:
    """The trained network's own dials at its own modulus."""
    return own_recipe(network.modulus, cache.keys(network).frequencies)


def choose(key: str) -> None:
    """Make an opened network the current one."""
    here = session()
    here.current, here.upload_errors, here.upload_notes = key, (), ()
