"""The controls of Evidence: counted a seed at a time, kept as they come in, gone on with where they were stopped."""

from collections.abc import Callable

from dashboard import cache
from dashboard.jobs import Job, Progress, Work, Working
from dashboard.recipes.operations import Controlled
from dashboard.session.state import SeenControls, controls_seen, forget_controls, owner_of, session
from models.experiment.controls import SEEDS, controls_at_most, growing_controls
from models.experiment.searched_controls import BodySearch, BodySearches, growing_search
from models.network import Network

CONTROLS, SEARCHED = "controls", "controls with dials of their own"  # the kinds of their jobs
INSPECTIONS = 3  # that counting one seed takes as long as: surgery, perhaps a fit, and all pairs


def start_controls(network: Network, of: Controlled) -> None:
    """Every control with the same dials, from those that are counted on; all of them where they came counted."""
    if controls_seen(network, of).shipped_by:
        forget_controls(network, of)
    stop_controls()
    session().jobs.start(controls_work(network, of))


def controls_work(network: Network, of: Controlled) -> Work:
    """Every control with the same dials that is not counted yet."""
    seen = controls_seen(network, of)
    first = _told(network, seen, "Counting the trained body …")
    return _work(CONTROLS, network, of, lambda: _counting(network, seen), first)


def start_searching(network: Network, of: Controlled) -> None:
    """The search for dials repeated on every shuffled body, from those that are through on."""
    seen = controls_seen(network, of)
    first = Progress(
        _bodies(seen),
        SEEDS,
        "Measuring the next shuffled body …" if seen.anew else "Measuring the first shuffled body …",
    )
    stop_controls()
    session().jobs.start(_work(SEARCHED, network, of, lambda: _searching(network, seen), first))


def stop_controls() -> None:
    """Whichever of the two goes on; what has come in stays."""
    session().jobs.stop(CONTROLS, SEARCHED)


def control_job(network: Network, of: Controlled) -> Job | None:
    """Whichever of the two goes on for this operation."""
    jobs, owner = session().jobs, owner_of(network, of)
    return jobs.going(CONTROLS, owner) or jobs.going(SEARCHED, owner)


def _work(kind: str, network: Network, of: Controlled, begin: Callable[[], Working], first: Progress) -> Work:
    seconds = cache.seconds_in_turn(network, INSPECTIONS)
    return Work(kind, owner_of(network, of), begin, first=first, seconds=seconds)


def _counting(network: Network, seen: SeenControls) -> Working:
    waves = cache.waves(network)
    for control in growing_controls(network, seen.of.recipe, waves, share=seen.of.counted_share, known=seen.rows):
        seen.rows[control.key] = control
        seed = f", {control.readout}, seed {len(control.accuracies)}" if control.wanted else ""
        yield _told(network, seen, f"{control.name}{seed}")
    seen.is_through = True


def _told(network: Network, seen: SeenControls, what: str) -> Progress:
    most = controls_at_most(network)
    done = sum(control.is_whole for control in seen.rows.values())
    grown = sum(len(control.accuracies) / control.wanted for control in seen.rows.values() if not control.is_whole)
    return Progress(done + grown, most, f"{done} of {most} controls done; {what}")


def _searching(network: Network, seen: SeenControls) -> Working:
    waves, recipe, share = cache.waves(network), seen.of.recipe, seen.of.counted_share
    searches = BodySearches(recipe.group, share(cache.outcome(network, recipe)), counted_share=share)
    known = seen.anew.accuracies if seen.anew else ()
    for step in growing_search(network, waves, searches, known=known):
        seen.anew = step.control if step.control.accuracies else None
        yield Progress(step.body + step.done / step.most, SEEDS, _told_of_body(step))


def _told_of_body(step: BodySearch) -> str:
    if not step.done:
        return f"{step.body} of {SEEDS} shuffled bodies searched"
    return f"shuffled body {step.body + 1} of {SEEDS}: {step.done} of at most {step.most} settings tried"


def _bodies(seen: SeenControls) -> int:
    return len(seen.anew.accuracies) if seen.anew else 0
