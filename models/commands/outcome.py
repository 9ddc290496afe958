"""What a transplant ends in, as JSON and as text: all pairs counted, or a sample with its interval."""

from statistics import median
from typing import Any

from models.analysis.baselines import baselines
from models.evaluation.percent import percent
from models.experiment.run import Outcome
from models.experiment.sampled import SampledOutcome
from models.network import Network
from models.surgery.norm_gain import norm_gain
from models.surgery.recipe import Recipe


def summary(network: Network, outcome: Outcome) -> dict[str, Any]:
    """The JSON object of `transplant --json`."""
    found, evaluation = outcome.result, outcome.result.evaluation
    counts = evaluation.counts
    result = _heading(network, outcome) | {
        "correct": counts.right,
        "ties": counts.undecided,
        "wrong": counts.wrong,
        "pairs": counts.pairs,
        "accuracy": counts.accuracy,
        "wrapping_accuracy": evaluation.wrapping.accuracy,
        "not_wrapping_accuracy": evaluation.not_wrapping.accuracy,
        "logit_margin": evaluation.smallest_margin,
        "proof": evaluation.proof.to_json(),
        "seconds": evaluation.seconds,
    }
    if found.rest:
        result |= {
            "fitted_parameters": found.fitted_parameters,
            "fitted_pairs": found.fitted_pairs,
            "accuracy_on_the_rest": found.rest.accuracy,
        }
    for name, control in (("control", outcome.control), ("refused_refit", outcome.refused)):
        if control:
            result[name] = {"readout": control.readout, "accuracies": list(control.accuracies), "mean": control.mean}
            result[name] |= {"trained": control.trained, "remark": control.remark}
    if outcome.by_margin_alone:
        result["margin_alone_accuracy"] = outcome.by_margin_alone.accuracy
    if outcome.random:
        drawn = sorted(each.accuracy for each in outcome.random)
        result["random_dials"] = {
            "readout": outcome.random_readout,
            "drawn": len(drawn),
            "median": median(drawn),
            "lowest": drawn[0],
            "highest": drawn[-1],
        }
    return result


def sampled_summary(network: Network, sampled: SampledOutcome) -> dict[str, Any]:
    """The same for a sample: nothing in it is named as a full count is."""
    seen = sampled.interval
    shown = {"pairs": seen.sampled, "right": seen.right, "share": seen.right / seen.sampled}
    return _heading(network, sampled) | {"sample": shown | {"low": seen.low, "high": seen.high}}


def _heading(network: Network, outcome: Outcome | SampledOutcome) -> dict[str, Any]:
    """What a count and a sample both tell."""
    recipe, request = outcome.recipe, outcome.request
    readout = outcome.result.readout if isinstance(outcome, Outcome) else outcome.readout
    baseline = None if recipe.factors else baselines(network, [recipe.modulus])[0]
    told: dict[str, Any] = {
        "trained_modulus": network.modulus,
        "modulus": recipe.modulus,
        "readout": readout,
        "frequencies": targets_of(recipe),
        "margin": outcome.margin,
        "tried": outcome.tried,
    }
    strengths = {str(dial.frequency): [dial.a.amplitude, dial.weight] for dial in recipe.dials}
    if any(pair != [1, 1] for pair in strengths.values()):
        told["strengths"] = strengths  # amplitude, and weight in the readout
    if recipe.single_frequency:
        told["single_frequency"] = True
    if recipe.norm_gain:
        told["norm_gain"] = norm_gain(network, recipe.frequencies)
    if request.recipe is None:
        told["search"] = request.search
    if baseline and baseline.raw is not None:
        told |= {"raw_accuracy": baseline.raw, "answer_mod_q_accuracy": baseline.reduced}
    return told


def targets_of(recipe: Recipe) -> dict[str, float | list[int]]:
    """Steps of each dial; in a product of groups its character, a digit for each factor."""
    if recipe.factors:
        return {str(k): list(recipe.group.digits_of(int(s))) for k, s in recipe.targets.items()}
    return {str(k): int(s) if s == int(s) else s for k, s in recipe.targets.items()}


def as_text(result: dict[str, Any]) -> str:
    """Either summary in lines."""
    p, dials = result["trained_modulus"], ", ".join(f"{k} → {_shown(s)}" for k, s in result["frequencies"].items())
    lines = [f"mod {p} → {_what(result)}, readout {_readout_shown(result)}, dials {dials}"]
    if "strengths" in result:
        strengths = (f"{k} × {amplitude:.3g}, {weight:.3g}" for k, (amplitude, weight) in result["strengths"].items())
        lines.append(f"strengths          {'; '.join(strengths)} (amplitude, weight in the readout)")
    if "numbers" in result:
        lines.append(f"numbers            {result['numbers']}")
    if "single_frequency" in result:
        lines.append("neurons            single-frequency: each with its own wave alone")
    if "norm_gain" in result:
        lines.append(
            f"norm gain          {result['norm_gain']:.4g}: by so much the dials' waves in the operand tables are "
            "louder, from the tables alone; nothing fitted"
        )
    lines += _sample_lines(result) if "sample" in result else _count_lines(result)
    lines += [f"without surgery    {_untouched_shown(result)}", f"settings tried     {_tried_shown(result)}"]
    if "random_dials" in result:
        drawn = result["random_dials"]
        lines.append(
            f"dials at random    {drawn['readout']}: median {percent(drawn['median'])} of {drawn['drawn']}, "
            f"from {percent(drawn['lowest'])} to {percent(drawn['highest'])}; "
            f"largest margin alone {percent(result['margin_alone_accuracy'])}"
        )
    if "control" in result:
        readout = result["control"]["readout"]
        lines.append(f"the same {readout} on shuffled bodies: {_control_shown(result['control'])}")
    if "refused_refit" in result:
        refused = result["refused_refit"]
        lines.append(
            f"a refit gets {percent(refused['trained'])} and counts for nothing; on shuffled bodies: "
            f"{_control_shown(refused)}"
        )
    return "\n".join(lines + ([f"written            {result['out']}"] if "out" in result else []))


def _count_lines(result: dict[str, Any]) -> list[str]:
    wraps, plain = percent(result["wrapping_accuracy"]), percent(result["not_wrapping_accuracy"])
    return [
        f"right              {result['correct']:,} of all {result['pairs']:,} pairs ({percent(result['accuracy'])}), "
        f"{result['ties']:,} undecided, {result['wrong']:,} wrong",
        f"pairs that wrap    {wraps}; that do not {plain}",
        f"margin             {result['margin']:.4f} from the dials alone; "
        f"smallest logit margin {result['logit_margin']:.4g}",
        f"counted            {proof_shown(result['proof'])}",
    ] + ([f"left out           {result['zero_pairs']:,} pairs: {result['left_out']}"] if "left_out" in result else [])


def proof_shown(proof: dict[str, Any]) -> str:
    """How the states were proven, in a line."""
    again = f"{percent(proof['share_recounted'])} of the pairs again in a finer arithmetic"
    left = f"; {proof['unproven']:,} could not be told and count as undecided" if proof["unproven"] else ""
    return f"by {proof['method']}, {again}; every state proven{left}"


def _what(result: dict[str, Any]) -> str:
    """What was carried out, in which numbers."""
    if "operation" in result:
        below = f"{result['modulus']}" + (f" and {result['modulus_of_b']}" if "modulus_of_b" in result else "")
        return f"{result['operation']} of the numbers below {below}, as sums in {result['group']}"
    return f"sums in {result['group']}" if "group" in result else f"mod {result['modulus']}"


def _shown(target: float | list[int]) -> str:
    return "/".join(map(str, target)) if isinstance(target, list) else f"{target:g}"


def _sample_lines(result: dict[str, Any]) -> list[str]:
    seen = result["sample"]
    return [
        f"in a sample        {seen['right']:,} of {seen['pairs']:,} random pairs right, "
        f"95% interval {percent(seen['low'])} to {percent(seen['high'])}; "
        f"not a count of all {result['modulus'] ** 2:,}",
        f"margin             {result['margin']:.4f} from the dials alone",
    ]


def _untouched_shown(result: dict[str, Any]) -> str:
    q, p = result["modulus"], result["trained_modulus"]
    if "group" in result:
        return f"nothing to compare with: it adds one number to another mod {p}"
    if "raw_accuracy" not in result:
        return f"impossible: {q} > {p}, it has no rows for the numbers from {p} on"
    return (
        f"{percent(result['raw_accuracy'])} raw, {percent(result['answer_mod_q_accuracy'])} reading its answer mod {q}"
    )


def _tried_shown(result: dict[str, Any]) -> str:
    if result.get("search") == "none":
        return "0: dials chosen by margin alone, no answers looked at"
    return str(result["tried"])


def _control_shown(control: dict[str, Any]) -> str:
    if control["remark"]:
        return str(control["remark"])
    return f"mean {percent(control['mean'])} over {len(control['accuracies'])} shuffled bodies"


def _readout_shown(result: dict[str, Any]) -> str:
    if "fitted_parameters" not in result:
        how = {"keep": "nothing fitted", "balance": "nothing fitted at any modulus; strengths tuned at random angles"}
        return f"{result['readout']} ({how[result['readout']]})"
    rest = percent(result["accuracy_on_the_rest"])
    return (
        f"{result['readout']} ({result['fitted_parameters']} numbers fitted on {result['fitted_pairs']:,} pairs; "
        f"{rest} of the rest)"
    )
