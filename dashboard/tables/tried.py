"""What was tried against the claim that the body adds angles, and how it ended: in plain words, from the controls."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard import wording
from models.ablation.shuffles import WHOLE_BODY
from models.experiment.controls import OTHERS, SCRAMBLED, Control
from models.experiment.searched_controls import ANEW
from models.surgery.readout import FITTED_FRACTION, ReadoutMode

CHANGED = {
    WHOLE_BODY: "every weight of the body put in another place",
    "MLP alone shuffled": "the weights of its MLP alone put in other places",
    ANEW: "every weight in another place, and dials searched anew for that body",
    SCRAMBLED: "the angles in the tables scrambled",
    OTHERS: "frequencies that the network does not use, in place of its own",
}
UNCHANGED = "nothing: the trained body, the same dials"
REFITTED = f", then a readout fitted to {wording.percent(FITTED_FRACTION, 0)} of the answers"
TELLING = 0.1  # of all pairs: a shuffled body that gets more makes a figure of the same kind say little


@dataclass(frozen=True)
class Ending:
    """How the controls of one operation ended: a row for each thing that was tried, and what follows."""

    rows: pd.DataFrame
    sentences: tuple[str, ...]


def how_it_ended(controls: Sequence[Control], order: int, asked: str) -> Ending | None:
    """With nothing fitted, and with a readout fitted to answers; None where nothing was counted with nothing fitted.

    `order` is how many answers there are, and `asked` names the operation in the head of the table.
    """
    kept, refitted = _counted(controls, "keep"), _counted(controls, "refit")
    if not kept:
        return None
    rows = [
        (UNCHANGED, wording.percent(kept[0].trained)),
        *((_changed(each), _over_seeds(each)) for each in kept),
        ("nothing at all learned: one answer of all guessed", wording.percent(1 / order)),
    ]
    if refitted:
        rows.append((f"nothing{REFITTED}", wording.percent(refitted[0].trained)))
        rows += [(_changed(each) + REFITTED, _over_seeds(each)) for each in refitted]
    return Ending(
        pd.DataFrame(rows, columns=["what was changed", f"pairs right, {asked}"]),
        (_told_of_kept(kept), *([_told_of_refitted(refitted)] if refitted else [])),
    )


def _counted(controls: Sequence[Control], readout: ReadoutMode) -> list[Control]:
    return [each for each in controls if each.readout == readout and each.accuracies]


def _told_of_kept(kept: Sequence[Control]) -> str:
    best = max(kept, key=lambda each: each.mean)
    return (
        f"With nothing fitted, the trained body is right on **{wording.percent(best.trained)}** of the pairs, and of "
        f"what was tried against it the best on **{wording.percent(best.mean)}**: {_changed(best)}."
    )


def _told_of_refitted(refitted: Sequence[Control]) -> str:
    told = "; ".join(f"{_changed(each)}, **{wording.percent(each.mean)}**" for each in refitted)
    if max(each.mean for each in refitted) < TELLING:
        return f"A readout that is fitted to answers brings little: {told}."
    return (
        f"A readout that is fitted to answers does much by itself: {told}. So a figure of that kind would prove "
        "little, and what is claimed here is claimed with nothing fitted."
    )


def _changed(control: Control) -> str:
    return CHANGED.get(control.name, control.name)


def _over_seeds(control: Control) -> str:
    """The mean, with the least and the most where there are several seeds."""
    least, most = min(control.accuracies), max(control.accuracies)
    spread = f" ({wording.percent(least)} to {wording.percent(most)})" if least < most else ""
    return wording.percent(control.mean) + spread
