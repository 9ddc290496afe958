"""What came of the files, as a table."""

import re
from collections import Counter
from dataclasses import dataclass, field

from tests.fuzz.files import Fuzzed
from tests.hostile.watch import Seen

KINDS = {
    "container cannot be read": "cannot be read as",
    "no container": "is not a checkpoint|is empty",
    "no state dict": "holds no tensors by name|expected a state dict",
    "Python objects": "Python objects|a step that is not read here",
    "part of a message": "in a part of kind",
    "too much of something": "expected at most|lists more than|would unpack|nested more than|may be",
    "kind of tensor": "of a kind that is not read|floating-point weights|and so no values|has a tensor named",
    "not finite": "NaN or infinite",
    "fits no layout": "fits no layout",
    "fits two layouts": "read in two ways",
    "operator not computed": "is not computed here|not computed here. Export|of the domain|function of the file",
    "graph not computed": "cannot be computed: its operator|gives logits|of one entry",
    "graph without table or unembedding": "that could be found|takes sequences of|in its table and|has a table of",
    "graph's inputs": "has an input of|inputs \\(|one-hot vectors|takes no sequence",
    "graph's tables": "constant token|in \\d+ tables|no matrix of weights|second file|of opset|sparse tensors",
    "tensor missing or without place": "is missing|has no place for",
    "steps of oscillators": "expected the length of one step",
    "shapes disagree": "has shape|columns; expected|a modulus of at least|do not fit together",
}


@dataclass
class Summary:
    """Counts, extremes and findings of a run."""

    files: int = 0
    networks: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    findings: dict[int, Seen] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, 0)
    largest: tuple[int, int] = (0, 0)

    def add(self, number: int, seen: Seen) -> None:
        """Count one file."""
        self.files += 1
        self.slowest = max(self.slowest, (seen.seconds, number))
        self.largest = max(self.largest, (seen.memory, number))
        if seen.is_finding:
            self.findings[number] = seen
        elif seen.outcome == "network":
            self.networks += 1
        else:
            self.refusals[kind_of(seen.message)] += 1

    def table(self) -> str:
        """Everything, in lines."""
        lines = [("files", f"{self.files:,}"), ("networks", f"{self.networks:,}")]
        lines += [(f"refused: {kind}", f"{count:,}") for kind, count in self.refusals.most_common()]
        lines += [
            ("slowest", f"{self.slowest[0]:.3f} s (file {self.slowest[1]})"),
            ("most memory", f"{self.largest[0] / 2**20:.1f} MB over the start (file {self.largest[1]})"),
            ("findings", f"{len(self.findings):,}"),
        ]
        return "\n".join(f"{name:<45}{value:>12}" for name, value in lines)


def kind_of(message: str) -> str:
    """Which kind of refusal a sentence is."""
    return next((kind for kind, pattern in KINDS.items() if re.search(pattern, message)), "other")


def finding_text(seed: int, number: int, file: Fuzzed, seen: Seen) -> str:
    """A finding, with what makes the file again."""
    return (
        f"file {number} ({', '.join(file.steps)}): {seen.outcome} after {seen.seconds:.2f} s with "
        f"{seen.memory / 2**20:.0f} MB: {seen.message[:300]!r}\n"
        f"    again: python -m tests.fuzz --seed {seed} --only {number}"
    )
