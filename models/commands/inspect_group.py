"""What is told of a network that adds in a product of groups: its count. Its tables have waves of no one clock."""

from typing import Any

from models.commands.outcome import proof_shown
from models.errors import shown
from models.evaluation import cross_entropy_loss, evaluate
from models.evaluation.percent import percent
from models.formats.decoding import Contents
from models.readings import Interpretation
from models.readings.claims import digest_holds

NOT_TAKEN = "key frequencies, half-step test, verdict and measures are of one clock, and are not taken here"


def group_summary(interpretation: Interpretation, contents: Contents) -> dict[str, Any]:
    """The JSON object of `inspect --json` for such a network."""
    network = interpretation.network
    evaluation = evaluate(network)
    counts = evaluation.counts
    told: dict[str, Any] = {
        "file": contents.name,
        "format": network.layout.name,
        "reading": network.body.description,
        "facts": network.hyperparameters.to_json(),
        "read_by": interpretation.why,
        "remarks": [*interpretation.remarks, NOT_TAKEN],
        "operation": str(network.layout.hyperparameters.operation),
        "group": str(network.task.group),
        "modulus": network.modulus,
        "accuracy": counts.accuracy,
        "correct": counts.right,
        "ties": counts.undecided,
        "pairs": counts.pairs,
        "proof": evaluation.proof.to_json(),
        "loss": cross_entropy_loss(network),
        "digest": network.digest,
    }
    if contents.metadata:
        told |= {"claimed": dict(contents.metadata), "digest_claimed": digest_holds(contents.metadata, network)}
    return told


def group_as_text(told: dict[str, Any]) -> list[str]:
    """The same in lines; what the file claims of itself is left to `inspect`."""
    read_as = ", ".join(f"{name} {value}" for name, value in told["reading"].items())
    return [
        f"{told['file']}: {told['format']} layout ({read_as}), {told['operation']} in {shown(told['group'])}",
        f"read so because    {told['read_by']}",
        *(f"note               {remark}" for remark in told["remarks"]),
        f"accuracy           {percent(told['accuracy'])} of all {told['pairs']:,} pairs ({told['correct']:,} right, "
        f"{told['ties']:,} undecided); loss {told['loss']:.4g} nats",
        f"counted            {proof_shown(told['proof'])}",
    ]
