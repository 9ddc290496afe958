"""Notes in Z/12, the twelve semitones of equal temperament: intervals above notes, and degrees of keys."""

import torch

from models.groups import Cyclic
from models.operations.operation import Operation

SEMITONES, FIFTH = 12, 7
MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)  # semitones of its degrees above the key note
OCTAVE = 12


def interval() -> Operation:
    """The note that an interval leads to: from C = 0 upwards, by 0 (unison) to 12 (octave) semitones.

    >>> int(interval().answers()[7, 7]), int(interval().answers()[9, 12])  # a fifth above G: D; an octave above A: A
    (2, 9)
    """
    group = Cyclic(SEMITONES)
    return Operation(
        "interval",
        group,
        group.elements(),
        torch.arange(OCTAVE + 1) % SEMITONES,
        group.elements(),
        says="a: note, C is 0; b: semitones upwards, the octave is 12; answer: note",
    )


def degree() -> Operation:
    """The note on a degree of a major key: a sharps, so many fifths above C, and degree b + 1 of its scale.

    >>> int(degree().answers()[1, 6])  # one sharp is G major, whose seventh degree is F sharp
    6
    """
    group = Cyclic(SEMITONES)
    return Operation(
        "degree",
        group,
        FIFTH * group.elements() % SEMITONES,
        torch.tensor(MAJOR_SCALE),
        group.elements(),
        says="a: sharps of a major key; b: degree of its scale, the key note is 0; answer: note, C is 0",
    )
