"""The innermost loop, compiled once on the machine it runs on (Numba): one pass over memory where PyTorch takes three.

Arrays are NumPy views of tensors of one precision. The compiled code is cached on disk where one can be written.
"""

from typing import Any

import numpy as np

from models.runtime.compiling import compiled

HEADS_AT_ONCE = 4  # their weights stay in registers; a body's heads are filled up with silent ones to a multiple of it
FAST = {"reassoc", "contract", "nsz"}  # fused and reordered sums; NaN and infinities stay what they are

Place = tuple[int, int]
Array = np.ndarray[Any, np.dtype[Any]]


@compiled(nogil=True, fastmath=FAST)
def mix_heads(
    weights_a: Array,
    from_a: Array,
    weights_b: Array,
    from_b: Array,
    own: Array,
    rectified: int,
    place: Place,
    out: Array,
) -> None:
    """What the neurons receive from the heads, for a tile of the grid that begins at `place` = (row i, column b):

    out[i, b] = own[b] + Σ_h weights_a[i, b, h]·from_a[h, i] + weights_b[i, b, h]·from_b[h, b]

    Shapes: weights [n, q, h], from_a [h, n, w], from_b [h, q, w], own [q or 1, w], out [rows, columns, w]; h a multiple
    of HEADS_AT_ONCE. The first `rectified` of the w columns go through a ReLU.
    """
    rows, columns, width = out.shape
    zero = own.dtype.type(0)
    for i in range(place[0], place[0] + rows):
        for b in range(place[1], place[1] + columns):
            mixed, sent = out[i - place[0], b - place[1]], own[b if len(own) > 1 else 0]
            for h in range(0, len(from_a), HEADS_AT_ONCE):
                a, c = weights_a[i, b], weights_b[i, b]
                a0, a1, a2, a3, c0, c1, c2, c3 = a[h], a[h + 1], a[h + 2], a[h + 3], c[h], c[h + 1], c[h + 2], c[h + 3]
                f0, f1, f2, f3 = from_a[h, i], from_a[h + 1, i], from_a[h + 2, i], from_a[h + 3, i]
                g0, g1, g2, g3 = from_b[h, b], from_b[h + 1, b], from_b[h + 2, b], from_b[h + 3, b]
                for j in range(width):
                    to_a = (a0 * f0[j] + a1 * f1[j]) + (a2 * f2[j] + a3 * f3[j])
                    to_b = (c0 * g0[j] + c1 * g1[j]) + (c2 * g2[j] + c3 * g3[j])
                    mixed[j] = (mixed[j] if h else sent[j]) + to_a + to_b
            for j in range(rectified):
                mixed[j] = zero if mixed[j] < zero else mixed[j]
