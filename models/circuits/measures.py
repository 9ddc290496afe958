"""The register of measures: what each is called, what it says, who defined it, and how it is taken.

The names are those of `inspect --json`. A measure that says nothing about a network is absent, never 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.circuits.circles import circularity
from models.circuits.clock_and_pizza import distance_irrelevance
from models.circuits.findings import Findings
from models.circuits.gradients import GradientSymmetricity, gradient_symmetricity, products_of
from models.circuits.restricted import Losses
from models.circuits.sources import CHUGHTAI, HE, NANDA, ZHONG, bibtex_of
from models.errors import RecipeError, shown
from models.network import Network
from models.runtime.cost import products_of_a_pair

FRACTION = (0.0, 1.0)
COSINE = (-1.0, 1.0)
QUICK_PRODUCTS = 2**35  # multiplications: up to five seconds on one core


@dataclass(frozen=True)
class Measured:
    """A measure's value, what it is made of, and what else has to be said of it."""

    value: float
    per_frequency: Mapping[int, float] | None = None
    besides: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> Any:
        """A number, or an object with `value`, `per_frequency` where it has that, and what stands besides."""
        if self.per_frequency is None and not self.besides:
            return self.value
        parts = (
            {} if self.per_frequency is None else {"per_frequency": {str(k): x for k, x in self.per_frequency.items()}}
        )
        return {"value": self.value, **self.besides, **parts}


@dataclass(frozen=True)
class Measure:
    """One entry of the register."""

    name: str
    title: str
    definition: str  # one sentence
    source: str
    unit: str
    range: tuple[float, float]
    take: Callable[[Findings], Measured | None]  # None: does not apply
    products: Callable[[Findings], int] = lambda found: passes_of(found.network)
    is_of_tables: bool = False  # after surgery it says what was written into the tables: no evidence

    @property
    def bibtex(self) -> str:
        """BibTeX entries of its source; empty for one that is of no paper."""
        return bibtex_of(self.source)

    def is_quick(self, found: Findings) -> bool:
        """Takes no more than some seconds."""
        return self.products(found) <= QUICK_PRODUCTS


def take_measures(findings: Findings, slow_too: bool = False) -> dict[str, Measured]:
    """Every measure that applies, by name; those that take more than some seconds only where asked for.

    Args:
        findings: the circuit of a network, for key frequencies that were found or chosen.
        slow_too: take the slow ones.

    Returns:
        Name, as in `inspect --json`, → value, some with one for each frequency. A measure that says nothing about a
        network is absent.

    >>> from models import Findings, key_frequencies, zoo
    >>> network = zoo.load("mlp-113")
    >>> "logits_explained" in take_measures(Findings(network, key_frequencies(network).frequencies))
    True
    """
    taken = {each.name: taken_by(each, findings) for each in all_measures() if slow_too or each.is_quick(findings)}
    return {name: measured for name, measured in taken.items() if measured is not None}


def taken_by(measure: Measure, findings: Findings) -> Measured | None:
    """What it says of a circuit. Raises RecipeError where a registered one gives anything else than `Measured`."""
    found: object = measure.take(findings)
    if found is None or (isinstance(found, Measured) and isinstance(found.value, int | float)):
        return found
    given = f"Measured({type(found.value).__name__})" if isinstance(found, Measured) else type(found).__name__
    raise RecipeError(
        f"The measure {measure.name} gave {given}; expected Measured(a number), or None where it says nothing."
    )


def slow_measures(findings: Findings) -> tuple[str, ...]:
    """Names of the measures that are taken only where asked for."""
    return tuple(each.name for each in all_measures() if not each.is_quick(findings))


def all_measures() -> tuple[Measure, ...]:
    """Those that come with it, and those that were registered since."""
    return (*MEASURES, *_registered)


def register_measure(measure: Measure) -> None:
    """Take a measure of one's own wherever measures are taken, in this process.

    Args:
        measure: with a name that no other has; its `source` may be "this work".

    Raises:
        RecipeError: the name is taken or is no Python name, or there is no definition or source.

    >>> from models import Measure, Measured
    >>> def second_frequency(found):
    ...     return Measured(float(found.keys[1])) if len(found.keys) > 1 else None
    >>> register_measure(Measure("second_key", "Second key", "The second key frequency.", "this work", "1", (1, 56),
    ...                          second_frequency))
    >>> unregister_measure("second_key")
    """
    if not measure.name.isidentifier():
        raise RecipeError(f"{shown(repr(measure.name))} is no name for a measure; expected a Python name.")
    if measure.name in {each.name for each in all_measures()}:
        raise RecipeError(f"There is a measure {measure.name} already; give another name.")
    if not measure.definition or not measure.source:
        raise RecipeError(f'{measure.name} has no definition or no source; expected both, "this work" where it is new.')
    _registered.append(measure)


def unregister_measure(name: str) -> None:
    """Forget a measure that was registered.

    Args:
        name: of a registered measure.

    Raises:
        RecipeError: none of that name was registered.

    >>> unregister_measure("nobodys")
    Traceback (most recent call last):
    ...
    models.errors.RecipeError: No measure nobodys was registered here.
    """
    found = [each for each in _registered if each.name == name]
    if not found:
        raise RecipeError(f"No measure {shown(name)} was registered here.")
    _registered.remove(found[0])


_registered: list[Measure] = []


def passes_of(network: Network) -> int:
    """Multiplications of one forward pass for every pair, roughly."""
    return network.task.pair_count * products_of_a_pair(network)


def _passes_for_circles(found: Findings) -> int:
    return len(found.keys) * passes_of(found.network)


def _logits_explained(found: Findings) -> Measured:
    per_frequency = {k: float(found.fit.explained[k - 1]) for k in found.keys}
    return Measured(found.fit.explained_by(found.keys), per_frequency)


def _similarity_explained(found: Findings) -> Measured:
    similar = found.fit.similar
    per_frequency = {k: float(found.fit.similarities[k - 1]) for k in similar}
    return Measured(
        found.fit.explained_by(similar), per_frequency, {"readout_only": list(found.fit.unembedding_only(found.keys))}
    )


def _of_losses(which: Callable[[Findings], Losses]) -> Callable[[Findings], Measured]:
    return lambda found: Measured(which(found).together, dict(which(found).by_frequency))


def _clustered_neurons(found: Findings) -> Measured:
    table = found.neurons
    return Measured(int(table.clustered.sum()), dict(table.counts), {"of": len(table.explained)})


def _neurons_explained(found: Findings) -> Measured:
    return Measured(float(found.neurons.explained.mean()))


def _ipr(found: Findings) -> Measured:
    return Measured(found.neurons.ipr)


def _phase_alignment(found: Findings) -> Measured | None:
    value = found.neurons.in_line
    return None if value is None else Measured(value)


def _attention_explained(found: Findings) -> Measured | None:
    heads = found.attention
    if heads is None:
        return None
    per_head = [
        {"frequency": int(k), "explained": float(explained)}
        for k, explained in zip(heads.found.frequencies, heads.found.explained, strict=True)
    ]
    return Measured(heads.explained, besides={"per_head": per_head})


def _gradient_symmetricity(found: Findings) -> Measured | None:
    result = gradient_symmetricity(found.network)
    return None if result is None else measured_symmetricity(result)


def measured_symmetricity(result: GradientSymmetricity) -> Measured:
    """The measure, with its error where only some pairs were looked at."""
    besides = {} if result.over_all else {"standard_error": result.standard_error, "sampled_pairs": result.pairs}
    return Measured(result.value, besides=besides)


def _distance_irrelevance(found: Findings) -> Measured | None:
    value = distance_irrelevance(found.grid)
    return None if value is None else Measured(value)


def _circles(explained: Callable[[Any], float]) -> Callable[[Findings], Measured | None]:
    def take(found: Findings) -> Measured | None:
        per_frequency = {each.frequency: explained(each) for each in found.circles}
        return Measured(sum(per_frequency.values()) / len(per_frequency), per_frequency) if per_frequency else None

    return take


MEASURES: tuple[Measure, ...] = (
    Measure(
        "logits_explained",
        "Logits explained by cos w(a+b−c)",
        "Fraction of the centred logits' variance in their least-squares fit on the key frequencies' "
        "cos w_k(a + b − c), over all pairs and classes.",
        f"{NANDA}; {CHUGHTAI}",
        "fraction of variance",
        FRACTION,
        _logits_explained,
    ),
    Measure(
        "similarity_explained",
        "Representation similarity",
        "Σ sim² over the frequencies with sim > 0.005, sim the cosine of the centred logits with "
        "tr ρ_k(a)ρ_k(b)ρ_k(c)⁻¹ over all pairs and classes; per frequency sim itself, harmonics included.",
        CHUGHTAI,
        "fraction of variance",
        FRACTION,
        _similarity_explained,
    ),
    Measure(
        "restricted_loss",
        "Restricted loss, logit fit",
        "Mean cross-entropy over all pairs of the logits' fit on the key frequencies' cos w_k(a + b − c) alone.",
        CHUGHTAI,
        "nats",
        (0.0, float("inf")),
        _of_losses(lambda found: found.fit_losses.restricted),
    ),
    Measure(
        "excluded_loss",
        "Excluded loss, logit fit",
        "Mean cross-entropy over all pairs of the logits less their fit on the key frequencies' cos w_k(a + b − c).",
        CHUGHTAI,
        "nats",
        (0.0, float("inf")),
        _of_losses(lambda found: found.fit_losses.excluded),
    ),
    Measure(
        "restricted_loss_sum_directions",
        "Restricted loss, sum directions",
        "Mean cross-entropy over all pairs of the logits projected over the grid on the key frequencies' "
        "cos w_k(a + b) and sin w_k(a + b), and their mean over inputs.",
        NANDA,
        "nats",
        (0.0, float("inf")),
        _of_losses(lambda found: found.sum_losses.restricted),
    ),
    Measure(
        "excluded_loss_sum_directions",
        "Excluded loss, sum directions",
        "Mean cross-entropy over all pairs of the logits with the key frequencies' cos w_k(a + b) and sin w_k(a + b) "
        "projected out over the grid.",
        NANDA,
        "nats",
        (0.0, float("inf")),
        _of_losses(lambda found: found.sum_losses.excluded),
    ),
    Measure(
        "clustered_neurons",
        "Clustered neurons",
        "Neurons of the last layer with at least 0.85 of their variance over all pairs in the 8 non-constant terms of "
        "{1, cos w_k, sin w_k} ⊗ the same, for one k; per frequency their number.",
        NANDA,
        "neurons",
        (0.0, float("inf")),
        _clustered_neurons,
    ),
    Measure(
        "neurons_explained",
        "Neurons explained by one frequency",
        "Mean over neurons of the fraction of variance that the neuron's own frequency explains.",
        NANDA,
        "fraction of variance",
        FRACTION,
        _neurons_explained,
    ),
    Measure(
        "attention_explained",
        "Attention explained by one frequency",
        "Mean over the first layer's heads of the fraction of variance of the weight on a, over all pairs, that the "
        "head's own frequency explains.",
        NANDA,
        "fraction of variance",
        FRACTION,
        _attention_explained,
    ),
    Measure(
        "gradient_symmetricity",
        "Gradient symmetricity",
        "Mean over all triples (a, b, c) of the cosine between the gradients of the logit of c by E_a and by E_b.",
        ZHONG,
        "cosine",
        COSINE,
        _gradient_symmetricity,
        lambda found: products_of(found.network),
    ),
    Measure(
        "distance_irrelevance",
        "Distance irrelevance",
        "Mean over a − b of the right logit's standard deviation over a + b, by its standard deviation over all pairs.",
        ZHONG,
        "ratio",
        FRACTION,
        _distance_irrelevance,
    ),
    Measure(
        "circularity",
        "Circularity",
        "Mean over the first four principal components of E of the largest share of one that lies at one frequency.",
        ZHONG,
        "fraction of power",
        FRACTION,
        lambda found: Measured(circularity(found.network)),
        is_of_tables=True,
    ),
    Measure(
        "q_clock_explained",
        "Explained by Q_clock",
        "2ρ − 1 between the logits with E projected on the circle's two principal components and cos w(a + b − c); "
        "mean over the key frequencies' circles.",
        ZHONG,
        "2ρ − 1",
        (-3.0, 1.0),
        _circles(lambda circle: circle.clock_explained),
        _passes_for_circles,
    ),
    Measure(
        "q_pizza_explained",
        "Explained by Q_pizza",
        "2ρ − 1 between the logits with E projected on the circle's two principal components and |cos(wc/2)s₀ + "
        "sin(wc/2)s₁| − |−sin(wc/2)s₀ + cos(wc/2)s₁|, s the sum of both hands; mean over the key frequencies' circles.",
        ZHONG,
        "2ρ − 1",
        (-3.0, 1.0),
        _circles(lambda circle: circle.pizza_explained),
        _passes_for_circles,
    ),
    Measure(
        "ipr",
        "Inverse participation ratio",
        "ΣA⁴/(ΣA²)² over the frequencies' amplitudes A of what a neuron receives and of what it writes, mean over "
        "both and over neurons: 1 where each has one frequency.",
        HE,
        "ratio",
        FRACTION,
        _ipr,
    ),
    Measure(
        "phase_alignment",
        "Phase alignment",
        "Mean of cos(2φ − ψ) over the clustered neurons, φ the phase that a neuron receives and ψ the one that it "
        "writes.",
        HE,
        "cosine",
        COSINE,
        _phase_alignment,
    ),
)
