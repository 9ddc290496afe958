"""The one root of errors that a person can act on.

Every message says what was expected, what was found and what to do; the command line prints it as one line and the
page shows the same sentence.
"""

from typing import TypeGuard

LONGEST_SHOWN = 60  # characters of something foreign within a message


class ClockworkError(Exception):
    """Something the person at the keyboard can mend. Its text is one clear sentence or two."""


class CheckpointError(ClockworkError):
    """A file that cannot be opened as a network."""


class FileError(ClockworkError):
    """A file of this machine that cannot be read or written."""


class TrainingError(ClockworkError):
    """A training run that cannot be begun or cannot go on."""


class RecipeError(ClockworkError):
    """An operation that cannot be carried out on this network."""


class CertificateError(ClockworkError):
    """A file that is no certificate, or one that cannot be checked."""


def shown(found: object, longest: int = LONGEST_SHOWN) -> str:
    """Something foreign within a message, as short text without line breaks."""
    text = found if isinstance(found, str) and found.isprintable() else ascii(found)
    return text if len(text) <= longest else f"{text[:longest]}…"


def is_whole(found: object) -> TypeGuard[int]:
    """Whether something foreign is a whole number: neither 1.0 nor True is.

    >>> is_whole(1), is_whole(1.0), is_whole(True)
    (True, False, False)
    """
    return isinstance(found, int) and not isinstance(found, bool)
