"""A forward pass of one pair after another at 2,000 bits, straight from the formulas: nothing of the evaluator's."""

from collections.abc import Sequence

from mpmath import erf, exp, fdot, mp, mpf, sqrt, tanh

from models.bodies.mlp import MlpBody
from models.network import Network

BITS = 2000  # more than any cancellation of float32 weights in these small networks can take
WRONG, UNDECIDED, RIGHT = 0, 1, 2

Vector = list[mpf]
FAR = 80  # where GELU is a ReLU to more bits than these


def gelu(x: mpf) -> mpf:
    return max(x, mpf(0)) if abs(x) > FAR else x * (1 + erf(x / sqrt(mpf(2)))) / 2


ACTIVE = {"relu": lambda x: max(x, mpf(0)), "square": lambda x: x * x, "gelu": gelu, "tanh": tanh}


def exact_margins(network: Network) -> list[list[mpf]]:
    """[q][q]: the right class's logit less the largest other, of every pair (a, b)."""
    before, mp.prec = mp.prec, BITS
    try:
        return Textbook(network).margins()
    finally:
        mp.prec = before


def exact_logits(network: Network, a: int, b: int) -> Vector:
    """[q]: of one pair."""
    before, mp.prec = mp.prec, BITS
    try:
        return Textbook(network).logits(a, b)
    finally:
        mp.prec = before


def exact_states(network: Network, tolerance: float) -> list[list[int]]:
    """[q][q] of WRONG, UNDECIDED and RIGHT."""
    limit = mpf(tolerance)
    return [
        [RIGHT if margin > limit else WRONG if margin < -limit else UNDECIDED for margin in row]
        for row in exact_margins(network)
    ]


class Textbook:
    def __init__(self, network: Network) -> None:
        self.network, self.body = network, network.body
        self.tables = [_matrix(table) for table in (network.table_a, network.table_b)]
        self.unembedding = _matrix(network.unembedding.T)  # a row a class
        bias = network.unembedding_bias
        self.bias = [mpf(0)] * network.modulus if bias is None else _vector(bias)
        if isinstance(self.body, MlpBody):
            self.layers = [
                (_matrix(layer.weight), None if layer.bias is None else _vector(layer.bias))
                for layer in self.body.layers
            ]
        else:
            self.positions = _matrix(self.body.positions)
            self.equals = [] if self.body.equals is None else [_vector(self.body.equals)]
            self.blocks = [
                {name: _nested(tensor.double().tolist()) for name, tensor in block.tensors().items()}
                for block in self.body.blocks
            ]

    def margins(self) -> list[list[mpf]]:
        q = self.network.modulus
        return [[self._margin(a, b) for b in range(q)] for a in range(q)]

    def logits(self, a: int, b: int) -> Vector:
        vector = (self._mlp if isinstance(self.body, MlpBody) else self._transformer)(
            self.tables[0][a], self.tables[1][b]
        )
        return [_dot(vector, row) + bias for row, bias in zip(self.unembedding, self.bias, strict=True)]

    def _margin(self, a: int, b: int) -> mpf:
        logits = self.logits(a, b)
        right = logits.pop((a + b) % self.network.modulus)
        return right - max(logits)

    def _mlp(self, row_a: Vector, row_b: Vector) -> Vector:
        active = ACTIVE[self.body.activation]
        x = row_a + row_b if self.body.combination == "concat" else _sum(row_a, row_b)
        if not self.body.layers:
            return [active(each) for each in x]
        for weight, layer_bias in self.layers:
            received = _through(x, weight)
            x = [active(each) for each in (received if layer_bias is None else _sum(received, layer_bias))]
        return x

    def _transformer(self, row_a: Vector, row_b: Vector) -> Vector:
        active = ACTIVE[self.body.activation]
        tokens = [row_a, row_b, *self.equals]
        stream = [_sum(token, position) for token, position in zip(tokens, self.positions, strict=True)]
        for block in self.blocks:
            last = len(stream) - 1  # the answer is read there, so that of the last block nothing else is needed
            places = [last] if block is self.blocks[-1] else range(len(stream))
            read = [self._attend(block, stream, place) for place in places]
            stream = [
                _sum(
                    x,
                    _through(
                        [active(each) for each in _sum(_through(x, block["W_in"]), block["b_in"])], block["W_out"]
                    ),
                    block["b_out"],
                )
                for x in read
            ]
        return stream[-1]

    def _attend(self, block: dict[str, list], stream: Sequence[Vector], place: int) -> Vector:
        seen = stream[: place + 1] if self.body.mask == "causal" else stream
        coefficient, out = mpf(self.body.coefficient), list(stream[place])
        for head in range(len(block["W_Q"])):
            query, keys, values = (
                [_sum(_through(x, block[f"W_{part}"][head]), *_bias(block, part, head)) for x in some]
                for part, some in (("Q", [stream[place]]), ("K", seen), ("V", seen))
            )
            scores = [_dot(query[0], key) / sqrt(mpf(len(key))) for key in keys]
            odds = [exp(score - max(scores)) for score in scores]
            weights = [coefficient * each / sum(odds) + (1 - coefficient) for each in odds]
            mixed = [sum(w * value[e] for w, value in zip(weights, values, strict=True)) for e in range(len(values[0]))]
            out = _sum(out, _through(mixed, block["W_O"][head]))
        return _sum(out, *([block["b_O"]] if "b_O" in block else []))


def _bias(block: dict[str, list], part: str, head: int) -> list[Vector]:
    return [block[f"b_{part}"][head]] if f"b_{part}" in block else []


def _nested(numbers: list) -> list:
    return [_nested(each) if isinstance(each, list) else mpf(each) for each in numbers]


def _matrix(tensor) -> list[Vector]:
    return _nested(tensor.double().tolist())


def _vector(tensor) -> Vector:
    return _nested(tensor.double().tolist())


def _dot(x: Vector, y: Vector) -> mpf:
    return fdot(zip(x, y, strict=True))


def _sum(*vectors: Vector) -> Vector:
    return [sum(each, mpf(0)) for each in zip(*vectors, strict=True)]


def _through(x: Vector, matrix: list[Vector]) -> Vector:
    return [_dot(x, list(column)) for column in zip(*matrix, strict=True)]
