"""What stands between the operand tables and the unembedding of a network, as everything else asks for it.

Whoever wants to know what a body can do asks it; nobody outside of bodies/ and formats/ asks for its class. A new body
is one file here and one layout in formats/: a frozen dataclass that derives from `PlainBody`, which answers every
question about special abilities by "no". tests/bodies/test_second_party.py adds one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, Protocol, Self, TypeVar

from torch import Tensor, dtype

from models.bodies.activations import Activation
from models.bodies.enclosure import Enclosure
from models.bodies.sizes import Sizes

Enclosed = TypeVar("Enclosed", bound=Enclosure)
CouplingKind = Literal["pairwise", "three-body", "both"]


class RowReader(Protocol):
    """A body's fast way to r(a, b)·directions over whole rows of the grid of pairs."""

    @property
    def width(self) -> int:
        """Numbers that a pair takes."""
        ...

    def rows(self, rows: Tensor) -> Tensor:
        """[n, q, r] for rows a [n] and every b."""
        ...


class BoundedReader(RowReader, Protocol):
    """The same with what bounds its errors, and which of its fields are affine in the operand tables."""

    __dataclass_fields__: ClassVar[dict[str, Any]]  # it is a dataclass
    BY_NUMBER: ClassVar[tuple[str, ...]]  # empty where none is

    @property
    def roundings(self) -> int:
        """One after another, from what is tabulated to an output."""
        ...

    def sizes(self, weights: Tensor, floor: float) -> Sizes:
        """Sizes of the outputs' sum with weights [r] ≥ 0."""
        ...


class Body(Protocol):
    """r(a, b), computed from rows of the operand tables. Surgery never changes a body."""

    @property
    def activation(self) -> Activation:
        """Of its neurons."""
        ...

    @property
    def width(self) -> int:
        """m, the numbers of r(a, b)."""
        ...

    @property
    def description(self) -> dict[str, str]:
        """What tensors do not tell, as this body computes it, in words."""
        ...

    @property
    def hyperparameters(self) -> Mapping[str, Any]:
        """Of these, what is a field of `models.hyperparameters.Hyperparameters`."""
        ...

    @property
    def own_parameters(self) -> int:
        """Numbers that no re-cut table could take over: behind the first non-linearity, or in attention."""
        ...

    @property
    def products_a_pair(self) -> int:
        """Multiplications of one pair's forward pass."""
        ...

    @property
    def numbers_a_pair(self) -> int:
        """How many numbers one pair's forward pass holds at a time."""
        ...

    @property
    def neuron_weights(self) -> int:
        """Numbers that a gradient into the neurons passes, of all layers."""
        ...

    @property
    def neuron_readout(self) -> Tensor | None:
        """[neurons, m]: what the last layer's neurons send to r; None where they are r."""
        ...

    def tensors(self) -> dict[str, Tensor]:
        """Every weight by name."""
        ...

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> Self:
        """The same body with every weight changed alike."""
        ...

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """r(a, b) [n, m] for operand numbers a, b [n] and operand tables [q, d]; differentiable."""
        ...

    def readout_of_rows(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        """r [n, m] for the operands' own rows [n, d]; differentiable."""
        ...

    def last_neurons(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """What the last layer's neurons receive and what they answer, each [n, neurons], for pairs a, b [n]."""
        ...

    def enclosed_vectors(self, table_a: Enclosed, table_b: Enclosed, a: Tensor, b: Tensor) -> Enclosed:
        """r(a, b) [n, m] in an arithmetic that encloses its errors (docs/exactness.md)."""
        ...

    # What only some bodies can or are; `PlainBody` says no to all of it.

    def rows_reader(
        self, table_a: Tensor, table_b: Tensor, directions: Tensor, dtype: dtype | None = None
    ) -> BoundedReader | None:
        """A fast reader of rows, made in the tables' precision and read in `dtype`; None where there is none."""
        ...

    def set_up_sizes(self, table_a: Tensor, table_b: Tensor, weights: Tensor, floor: float) -> Sizes:
        """Sizes of r(a, b)·weights from the operand tables on; asked only of bodies that have a reader of rows."""
        ...

    @property
    def set_up_roundings(self) -> int:
        """One after another, in the tables that `rows_reader` computes; asked only where there is one."""
        ...

    @property
    def affine_in_tables(self) -> bool:
        """What its reader tabulates is affine in the operand tables, so that a search may weigh waves one by one."""
        ...

    @property
    def attention(self) -> "AttendingBody | None":
        """Itself, where its first layer attends."""
        ...

    @property
    def additive(self) -> "AdditiveBody | None":
        """Itself, where its first neurons receive a number of a plus a number of b."""
        ...

    @property
    def adds_rows(self) -> bool:
        """Both operands' rows are added before anything else: whatever one does, the other does."""
        ...

    @property
    def rows_share_a_space(self) -> bool:
        """Rows of both operands are of one kind even where the tables are two."""
        ...

    @property
    def columns_a_neuron(self) -> int:
        """Columns of an operand table that one neuron receives and no other; 0 where a layer stands between.

        Column j is of neuron j mod m, where m = d / columns_a_neuron, and so is row j of the unembedding.
        """
        ...

    @property
    def oscillators(self) -> "OscillatingBody | None":
        """Itself, where its neurons are phases that turn for a while."""
        ...

    @property
    def has_norms(self) -> bool:
        """Somewhere a row is divided by its own size, so that it matters how large the operands' rows are."""
        ...

    @property
    def takes_unembedding_bias(self) -> bool:
        """Its layouts have a place for a bias of the unembedding, also where a file has none."""
        ...

    @property
    def bounded_in_float64_alone(self) -> bool:
        """No finer arithmetic encloses its errors: pairs that float64 leaves open are undecided, and unproven."""
        ...

    @property
    def about_neurons(self) -> str:
        """What is shown in the place of its neurons, where none are known; else empty."""
        ...

    @property
    def about_attention(self) -> str:
        """Why its attention cannot be shown, though it may have some; else empty."""
        ...

    @property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Parts of it that are shuffled apart, as controls: a title, and endings of the names of its tensors."""
        ...


class AttendingBody(Body, Protocol):
    """A body whose last position reads others."""

    def first_attention(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """Weights [n, h, positions] with which the last position of the first layer reads a, b and '='."""
        ...


class AdditiveBody(Body, Protocol):
    """A body whose first neurons receive a number of a plus a number of b: pairs of one a − b share their work."""

    def into_first(self, table_a: Tensor, table_b: Tensor) -> tuple[Tensor, Tensor]:
        """What each number sends to the first neurons, [q, m] for each operand."""
        ...

    def onward(self, active: Tensor) -> Tensor:
        """From the first neurons' activations to r."""
        ...


class OscillatingBody(Body, Protocol):
    """A body whose neurons are N phases that turn for a while under the drives of both operands."""

    @property
    def kind(self) -> CouplingKind:
        """How the operands' drives reach a phase."""
        ...

    @property
    def frequency(self) -> Tensor | None:
        """[N] ω, radians a unit of time; None: none turns by itself."""
        ...

    @property
    def coupling(self) -> tuple[Tensor, Tensor] | None:
        """[N, N] each: real and imaginary part of what oscillator i (a row) hears of the others; None: nothing."""
        ...

    @property
    def step(self) -> float:
        """dt, units of time."""
        ...

    @property
    def steps(self) -> int:
        """T."""
        ...

    @property
    def harmonics(self) -> tuple[int, ...]:
        """Of the phases, that are read."""
        ...

    def drives(self, rows_a: Tensor, rows_b: Tensor) -> tuple[Tensor, Tensor]:
        """Real and imaginary part [n, N] of what pulls the phases, for the operands' own rows [n, 2N]."""
        ...

    def running(self, rows_a: Tensor, rows_b: Tensor) -> Iterator[Tensor]:
        """Phases [n, N] before the first step and after each, radians."""
        ...

    def timed(self, steps: int, step: float) -> Self:
        """The same oscillators run for so many steps of so many units of time, backwards where it is negative."""
        ...

    def pulled(self, factor: float) -> Self:
        """The same oscillators with every drive and coupling so many times as strong."""
        ...


class PlainBody:
    """A body with no special abilities, to derive from: whoever needs one finds that it is not there, and says so."""

    @property
    def affine_in_tables(self) -> bool:
        """No."""
        return False

    @property
    def attention(self) -> AttendingBody | None:
        """None: nothing attends."""
        return None

    @property
    def additive(self) -> AdditiveBody | None:
        """None: pairs share no work."""
        return None

    @property
    def adds_rows(self) -> bool:
        """No."""
        return False

    @property
    def rows_share_a_space(self) -> bool:
        """No."""
        return False

    @property
    def columns_a_neuron(self) -> int:
        """0: not known to be any."""
        return 0

    @property
    def oscillators(self) -> "OscillatingBody | None":
        """None: nothing turns."""
        return None

    @property
    def has_norms(self) -> bool:
        """No."""
        return False

    @property
    def takes_unembedding_bias(self) -> bool:
        """No."""
        return False

    @property
    def bounded_in_float64_alone(self) -> bool:
        """No."""
        return False

    @property
    def about_neurons(self) -> str:
        """Nothing."""
        return ""

    @property
    def about_attention(self) -> str:
        """Nothing."""
        return ""

    @property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """None."""
        return {}

    def rows_reader(
        self, table_a: Tensor, table_b: Tensor, directions: Tensor, dtype: dtype | None = None
    ) -> BoundedReader | None:
        """None: every pair takes a forward pass."""
        return None

    def set_up_sizes(self, table_a: Tensor, table_b: Tensor, weights: Tensor, floor: float) -> Sizes:
        """Raises TypeError: there is no reader of rows."""
        raise TypeError("a body without a reader of rows has no sizes to be set up")

    @property
    def set_up_roundings(self) -> int:
        """Raises TypeError: there is no reader of rows."""
        raise TypeError("a body without a reader of rows sets nothing up")
