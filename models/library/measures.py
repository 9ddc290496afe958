"""All measures of a network in one object: values, what was left out and why, published figures beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.analysis.published import Figure, published_figures
from models.circuits.findings import Findings
from models.circuits.measures import Measured, all_measures, take_measures
from models.circuits.sources import bibtex_of
from models.circuits.spectra import key_frequencies
from models.network import Network


@dataclass(frozen=True, eq=False)
class Measures(Mapping[str, Measured]):
    """Measures by name.

    Attributes:
        taken: name → value, some with one for each frequency.
        skipped: name → why it was not taken: it takes long, or says nothing about this network.
        published: what others published of these very weights.
    """

    taken: Mapping[str, Measured]
    skipped: Mapping[str, str]
    published: tuple[Figure, ...]

    def __getitem__(self, name: str) -> Measured:
        if name in self.skipped:
            raise KeyError(f"{name} was skipped: it {self.skipped[name]}")
        return self.taken[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.taken)

    def __len__(self) -> int:
        return len(self.taken)

    @property
    def bibtex(self) -> str:
        """BibTeX entries of all papers whose measures are here, each once."""
        return bibtex_of("; ".join(each.source for each in all_measures() if each.name in self.taken))

    def to_rows(self) -> list[dict[str, Any]]:
        """A row for each value, those by frequency after the whole, as `pandas.DataFrame` takes them."""
        known = {each.name: each for each in all_measures()}
        published = {(each.measure, each.frequency): each for each in self.published}
        rows = []
        for name, found in self.taken.items():
            for frequency, value in ((None, found.value), *(found.per_frequency or {}).items()):
                theirs = published.get((name, frequency))
                rows.append(
                    {
                        "measure": name,
                        "frequency": frequency,
                        "value": value,
                        "unit": known[name].unit,
                        "source": known[name].source,
                        "published": theirs.value if theirs else None,
                        "published_in": theirs.source if theirs else None,
                    }
                )
        return rows


def measures_of(network: Network, frequencies: tuple[int, ...] | None = None, *, slow_too: bool = False) -> Measures:
    """Every measure of a network that applies, and why the others are not there.

    Args:
        network: with modulus p.
        frequencies: for which measures are taken; its key frequencies without.
        slow_too: also those that take more than some seconds.

    Returns:
        The measures: a mapping of names to values, with `skipped`, `published` and `to_rows()`.

    Raises:
        RecipeError: the network cannot have such a frequency.

    >>> from models import open_network
    >>> found = measures_of(open_network("mlp-113"))
    >>> found["logits_explained"].value > 0.5, found.skipped["attention_explained"]
    (True, 'says nothing about this network: its body, or its key frequencies, have not what it measures')
    """
    findings = Findings(network, key_frequencies(network).frequencies if frequencies is None else frequencies)
    taken = take_measures(findings, slow_too)
    skipped = {}
    for each in all_measures():
        if each.name in taken:
            continue
        if not slow_too and not each.is_quick(findings):
            skipped[each.name] = f"takes about {each.products(findings):.1e} multiplications; slow_too=True takes it"
        else:
            skipped[each.name] = NOTHING_TO_SAY
    return Measures(taken, skipped, tuple(published_figures(network.digest)))


NOTHING_TO_SAY = "says nothing about this network: its body, or its key frequencies, have not what it measures"
