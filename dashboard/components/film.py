"""The film of a training run: Python says what was measured in every moment, the browser plays it."""

import base64
import zlib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import streamlit as st

from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts, asset, styles
from dashboard.components.guess import guess_of, show_one_of
from dashboard.components.modules import joined
from dashboard.foreign_text import in_markdown
from dashboard.recipes.guesses import one_ticked
from dashboard.theme import colour_pairs
from models.runtime.memo import memoised
from models.runtime.program import command_line
from models.training.film import Film, packed, shipped_film

KEY = "film"
QUESTION = "When does it stop memorising?"
BOUNDS = (30, 300, 3000)  # steps between the choices of the guess
CURVES = (  # as they are drawn, in this order: name of the figure, what it is called, what it is
    ("train_loss", "pairs it is shown", "loss"),
    ("test_loss", "the other pairs", "loss"),
    ("restricted_loss", "restricted: key frequencies alone", "loss"),
    ("excluded_loss", "excluded: shown pairs without them", "loss"),
    ("train_accuracy", "pairs it is shown", "accuracy"),
    ("test_accuracy", "the other pairs", "accuracy"),
    ("recut_accuracy", "all pairs, re-cut to mod {recut}", "accuracy"),
)


def film_script(entry: str = "film/main.js", given: Mapping[str, str] | None = None) -> str:
    """The script of the film, or one that begins with another module."""
    return joined(ASSETS, entry, given)


def film_texts() -> Texts:
    """All that the browser is sent of the film, besides its data."""
    return Texts(asset("film/film.html"), film_script(), styles("film/film.css"))


_film = BrowserPart("clockwork_film", film_texts)


def show_film(film: Film | None = None) -> None:
    """A question first, then the film, of the run that comes with the project or of another; its source below.

    What the phases are is told once the question is answered: it asks for the end of the first.
    """
    film = film or shipped_film()
    key = f"{KEY} {film.about['digest']}"
    guessed, right = guess_of(key), stops_memorising(film)
    show_one_of(QUESTION, choices(), lambda each: one_ticked(each, guessed, right or ""), key=key)
    _film(key=f"{key} shown", data=film_data(film, told=guessed is not None))
    st.caption(source_words(film))


def choices() -> list[str]:
    """When it may stop memorising, in steps."""
    between = [f"step {low:,} to {high:,}" for low, high in pairwise(BOUNDS)]
    return [f"before step {BOUNDS[0]}", *between, f"after step {BOUNDS[-1]:,}"]


def stops_memorising(film: Film) -> str | None:
    """Which of the choices is right by the measures; None where it never does."""
    forms = film.phases.forms
    if forms is None:
        return None
    step = int(film.steps[forms])
    return choices()[sum(step >= bound for bound in BOUNDS)]


def film_data(film: Film, *, told: bool) -> dict[str, Any]:
    """What the browser is sent; `told`: with the phases."""
    phases = vars(film.phases) if told else None
    return {**_pictures(film), "phases": phases}


@memoised
def _pictures(film: Film) -> dict[str, Any]:
    recut = film.recipe.modulus
    return {
        "run": film.about["digest"],
        "modulus": film.modulus,
        "recut": recut,
        "steps": film.steps.tolist(),
        "frequencies": list(film.frequencies),
        "palette": colour_pairs(len(film.frequencies)),
        "spectrum": [[round(share, 4) for share in shares] for shares in film.spectrum.tolist()],
        "points": _base64(film.points.numpy().tobytes()),
        "levels": _base64(zlib.compress(packed(film.levels).numpy().tobytes(), 6)),
        "recut_levels": _base64(zlib.compress(packed(film.recut).numpy().tobytes(), 6)),
        "curves": [
            {
                "name": name,
                "words": words.format(recut=recut),
                "of": of,
                "values": [float(f"{value:.6g}") for value in film.curve(name)],
            }
            for name, words, of in CURVES
        ],
    }


def source_words(film: Film) -> str:
    """What was filmed, and the two commands that make it again."""
    about = film.about
    commands = [command_line(each) for each in (about["trained_by"], about["command"]) if each]
    made = " and ".join(in_markdown(command) for command in commands)
    moments, pairs, operated = len(film.steps), film.modulus**2, film.recipe.modulus**2
    return (
        f"{moments} moments of one training run on {about['fraction']:.0%} of all pairs, seed {about['seed']:,}. "
        f"In each, all {pairs:,} pairs were counted, and all {operated:,} after the re-cut, by the dials of the "
        f"network as it ended. Made by {made}."
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
