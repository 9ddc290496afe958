"""What one visitor has open and has set: typed session state. Nothing here outlives or leaves the session."""

import os
from dataclasses import dataclass, field

import streamlit as st

from dashboard import cache
from models import zoo
from models.controls import Control
from models.formats.limits import upload_limits
from models.formats.reading import read_contents
from models.formats.registry import network_from_contents
from models.network import Network
from models.surgery.recipe import Recipe, own_recipe

UPLOAD = upload_limits(os.environ)  # the one place where CLOCKWORK_UPLOAD_MB is read


@dataclass(frozen=True, eq=False)
class Opened:
    """A network that the visitor can choose: from the zoo or from an upload of this session."""

    name: str
    network: Network
    metadata: dict[str, str]
    uploaded: bool


@dataclass
class SeenControls:
    """The controls of one operation as they come in: what is kept of them when they are stopped."""

    recipe: Recipe
    rows: list[Control] = field(default_factory=list)  # with the recipe's dials
    anew: Control | None = None  # with dials of their own, one more shuffled body at a time

    @property
    def together(self) -> list[Control]:
        """All that have come in."""
        return self.rows + ([self.anew] if self.anew else [])


@dataclass
class Bench:
    """The surgery console of one network: the recipe under the visitor's hands."""

    recipe: Recipe
    sweeping: bool = False
    swept: int = 0  # moduli of the sweep that are through
    reaching: bool = False  # the sweep of Any base
    reached: int = 0
    fitted: dict[str, int] = field(default_factory=dict)  # readout → moduli of that sweep that it is counted at
    controls: SeenControls | None = None  # of Evidence


@dataclass
class Session:
    """Everything of one visitor."""

    opened: dict[str, Opened] = field(default_factory=dict)  # by digest
    current: str = ""
    edit: int = 0  # the browser's number of the last edit, of any network; echoed so that it knows what was counted
    benches: dict[str, Bench] = field(default_factory=dict)  # by digest


def session() -> Session:
    """The visitor's session, with the zoo open."""
    if "clockwork" not in st.session_state:
        fresh = Session()
        for name in zoo.names():
            network = cache.zoo_network(name)
            fresh.opened[network.digest] = Opened(name, network, {}, uploaded=False)
        fresh.current = next(iter(fresh.opened))
        st.session_state.clockwork = fresh
    here: Session = st.session_state.clockwork
    return here


def current() -> Opened:
    """The network that every page shows."""
    here = session()
    return here.opened[here.current]


def bench() -> Bench:
    """The console of the current network; opened with the network's own dials at its own modulus."""
    here = session()
    if here.current not in here.benches:
        here.benches[here.current] = Bench(opening_recipe(current().network))
    return here.benches[here.current]


def controls_seen(recipe: Recipe) -> SeenControls:
    """What Evidence has of this operation on the current network; nothing yet where another one was looked at."""
    here = bench()
    if here.controls is None or here.controls.recipe != recipe:
        here.controls = SeenControls(recipe)
    return here.controls


def opening_recipe(network: Network) -> Recipe:
    """The trained network's own dials at its own modulus."""
    return own_recipe(network.modulus, cache.keys(network).frequencies)


def choose(digest: str) -> None:
    """Make an opened network the current one."""
    session().current = digest


def choose_fresh(file_id: str) -> bool:
    """True the first time that an uploaded file is seen: a rerun must not open it again over a later choice."""
    seen: set[str] = st.session_state.setdefault("seen_uploads", set())
    if file_id in seen:
        return False
    seen.add(file_id)
    return True


def open_upload(data: bytes, name: str) -> Opened:
    """Open an upload and make it current. Raises CheckpointError and leaves everything as it was."""
    contents = read_contents(data, name, UPLOAD)
    network = network_from_contents(contents)
    opened = Opened(name, network, dict(contents.metadata), uploaded=True)
    here = session()
    here.opened.setdefault(network.digest, opened)
    here.current = network.digest
    return here.opened[network.digest]
