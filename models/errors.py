"""The one root of errors that a person can act on.

Every message says what was expected, what was found and what to do; the command line prints it as one line and the
page shows the same sentence.
"""


class ClockworkError(Exception):
    """Something the person at the keyboard can mend. Its text is one clear sentence or two."""


class CheckpointError(ClockworkError):
    """A file that cannot be opened as a network."""


class RecipeError(ClockworkError):
    """An operation that cannot be carried out on this network."""


class CertificateError(ClockworkError):
    """A file that is no certificate, or one that cannot be checked."""
