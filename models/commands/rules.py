"""What `inspect` tells of a network whose answers follow no x·a + y·b."""

from typing import Any

from models.analysis.multiplication import inspect_logarithms
from models.evaluation.percent import percent
from models.readings import Interpretation

MOST_RULES = 5  # that are listed


def rules_told(interpretation: Interpretation) -> dict[str, Any]:
    """The entries of its JSON object: the rules that fit best and, of products and quotients, what logarithms show."""
    rules = interpretation.rules
    if rules is None:
        return {}
    told: dict[str, Any] = {
        "operations": [fit.to_json() for fit in rules.fits[:MOST_RULES]],
        "operations_tried": len(rules.fits),
        "operations_told": rules.sentence,
    }
    found = inspect_logarithms(interpretation.network, rules.named.formula) if rules.named else None
    if found:
        told["logarithms"] = found.to_json() | {"told": found.counts}
    return told


def rules_as_text(result: dict[str, Any]) -> list[str]:
    """Its lines."""
    if "operations" not in result:
        return []
    lines = [f"answers follow     {result['operations_told']}"]
    if found := result.get("logarithms"):
        keys = ", ".join(map(str, found["key_frequencies"])) or "none"
        lines += [
            f"                   {found['told']}",
            f"by logarithms      a = {found['root']}^i, b = {found['root']}^j, so that it adds mod {found['order']}: "
            f"key frequencies {keys} (gap {found['key_gap']:.3f}), half-step test "
            f"{percent(found['half_step_accuracy'])}",
        ]
    return lines
