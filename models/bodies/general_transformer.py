"""The body of a transformer in full: any norm, any number of layers and constant tokens, a gated MLP or a plain one.

The one without norms and with the tokens "a b" or "a b =" is a `TransformerBody`, which is counted far faster.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import Tensor

from models.bodies.activations import Activation
from models.bodies.base import PlainBody
from models.bodies.block import attention_weights
from models.bodies.enclosure import Enclosure
from models.bodies.norm import NAMES, Norm
from models.bodies.normed_block import NormedBlock
from models.bodies.positions import Pairs, Rows
from models.bodies.sequence import EnclosedRun, PlainRun
from models.bodies.transformer import Mask

Enclosed = TypeVar("Enclosed", bound=Enclosure)
PLACES = {"before": "pre-", "after": "post-"}


@dataclass(frozen=True, eq=False)
class GeneralTransformerBody(PlainBody):
    """Tokens at fixed positions, two of them the operands; read at the last, after a final norm where there is one."""

    blocks: tuple[NormedBlock, ...]
    constants: Tensor  # [t, d]: what stands at each position beside an operand: its place, or a constant token's too
    place_a: int
    place_b: int
    tokens: str  # in words: "a b ="
    activation: Activation = "relu"
    mask: Mask = "causal"
    final_norm: Norm | None = None
    scale: float = 1.0  # of the operands' rows: √d where an embedding is multiplied by it

    @property
    def width(self) -> int:
        """d, the width of what the unembedding reads."""
        return int(self.constants.shape[1])

    @property
    def description(self) -> dict[str, str]:
        """The facts that tensors do not tell, as this body computes them."""
        heads = self.blocks[0].block.W_Q.shape[0]
        gated = "gated " if self.blocks[0].W_gate is not None else ""
        return {
            "activation": gated + self.activation,
            "attention": "causal softmax" if self.mask == "causal" else "softmax over all positions",
            "heads": str(heads),
            "norm": self.norms,
            "tokens": self.tokens,
            "layers": str(len(self.blocks)),
        } | ({} if self.scale == 1 else {"embedding": f"times {self.scale:.6g}"})

    @property
    def norms(self) -> str:
        """In words: "pre-LayerNorm and a final one"."""
        block = self.blocks[0]
        norm = block.attention_norm or block.mlp_norm
        final = "" if self.final_norm is None else f"a final {NAMES[self.final_norm.kind]}"
        if norm is None:
            return final or "none"
        return PLACES[block.place] + NAMES[norm.kind] + (" and a final one" if final else "")

    @property
    def has_norms(self) -> bool:
        """Any at all, also one without weights."""
        return self.norms != "none"

    @property
    def hyperparameters(self) -> dict[str, Activation | Mask]:
        """Of these, what is a field of `models.hyperparameters.Hyperparameters` that the body alone decides."""
        return {"activation": self.activation, "mask": self.mask}

    @property
    def attention(self) -> "GeneralTransformerBody":
        """Itself."""
        return self

    @property
    def rows_share_a_space(self) -> bool:
        """Rows of both operands are residuals."""
        return True

    @property
    def takes_unembedding_bias(self) -> bool:
        """The unembedding's."""
        return True

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The MLP apart from the attention."""
        return {"MLP alone": ("W_in", "W_out", "b_in", "W_gate", "b_gate")}

    @property
    def own_parameters(self) -> int:
        """All of them: they stand behind the attention's softmax or a norm, or at constant tokens."""
        return sum(tensor.numel() for tensor in self.tensors().values())

    @property
    def neuron_weights(self) -> int:
        """W_in of every layer, and the gates'."""
        return sum(block.block.W_in.numel() * (1 + (block.W_gate is not None)) for block in self.blocks)

    @property
    def products_a_pair(self) -> int:
        """Multiplications of one pair's forward pass: of every position, but of the last alone in the last layer."""
        of_layers = [sum(tensor.numel() for tensor in block.tensors().values()) for block in self.blocks]
        last, positions = self.blocks[-1].block, len(self.constants)
        every = last.W_K.numel() + last.W_V.numel()
        return positions * (sum(of_layers[:-1]) + every) + of_layers[-1] - every

    @property
    def numbers_a_pair(self) -> int:
        """How many numbers one pair's forward pass holds at a time: of each position, and of one that is worked on."""
        heads, width, head_width = self.blocks[0].block.W_Q.shape
        neurons = max(block.block.W_in.shape[1] for block in self.blocks)
        return (len(self.constants) + 2) * (2 * width + 2 * heads * head_width) + 3 * neurons

    @property
    def neuron_readout(self) -> Tensor:
        """[m, d]: what the last layer's neurons send to what the unembedding reads, up to the size of a norm after."""
        last = self.blocks[-1]
        after = [last.mlp_norm if last.place == "after" else None, self.final_norm]
        out = last.block.W_out
        for norm in after:
            if norm is not None:
                centred = out - out.mean(1, keepdim=True) if norm.kind == "layer" else out
                out = centred * norm.scales
        return out

    def tensors(self) -> dict[str, Tensor]:
        """Every weight of the body by name."""
        named = {"constants": self.constants}
        for number, block in enumerate(self.blocks):
            named |= {f"blocks.{number}.{name}": tensor for name, tensor in block.tensors().items()}
        final = {} if self.final_norm is None else self.final_norm.tensors()
        return named | {f"final_norm.{name}": tensor for name, tensor in final.items()}

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "GeneralTransformerBody":
        """The same body with every weight changed alike."""
        return replace(
            self,
            blocks=tuple(block.map_tensors(change) for block in self.blocks),
            constants=change(self.constants),
            final_norm=self.final_norm and self.final_norm.map_tensors(change),
        )

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """r(a, b) [n, d] for operand numbers a, b [n] and operand tables [q, d]; differentiable."""
        if len(a) <= len(table_a):
            return self.readout_of_rows(table_a[a], table_b[b])
        run = PlainRun(self.blocks, self.activation, self.mask, Pairs(a, b, len(table_a)))
        return run.finished(self._placed(Rows(table_a, "a"), Rows(table_b, "b")), self.final_norm)

    def readout_of_rows(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        """r [n, d] for the operands' own rows [n, d]; differentiable."""
        run, tokens = self._pair_by_pair(rows_a, rows_b)
        return run.finished(tokens, self.final_norm)

    def last_neurons(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """What the last layer's neurons receive and what they answer, each [n, m], for pairs a, b [n]."""
        run, tokens = self._pair_by_pair(table_a[a], table_b[b])
        return self.blocks[-1].neurons(run.each_pair(run.before_last_mlp(tokens)), self.activation)

    def first_attention(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """Weights [n, h, positions] with which the last position of the first layer reads each position."""
        run, tokens = self._pair_by_pair(table_a[a], table_b[b])
        layer = self.blocks[0]
        seen = [run.normed(layer.attention_reads, rows.values) for rows in tokens]
        weights = attention_weights(layer.block.queries(seen[-1]), [layer.block.keys(x) for x in seen])
        return weights.expand(len(a), -1, -1)

    def enclosed_vectors(self, table_a: Enclosed, table_b: Enclosed, a: Tensor, b: Tensor) -> Enclosed:
        """r(a, b) [n, d] for operand numbers a, b [n], in an arithmetic that encloses its errors."""
        run = EnclosedRun[Enclosed](self.blocks, self.activation, self.mask, Pairs(a, b, len(self.constants)))
        tokens = [Rows(table_a.like(constant[None]), "") for constant in self.constants]
        for place, table, numbers in ((self.place_a, table_a, a), (self.place_b, table_b, b)):
            scaled = table if self.scale == 1 else table.times_each(torch.full_like(self.constants[0], self.scale))
            tokens[place] = Rows(scaled.plus(self.constants[place]).at(numbers), "pair")
        return run.finished(tokens, self.final_norm)

    def _pair_by_pair(self, rows_a: Tensor, rows_b: Tensor) -> tuple[PlainRun, list[Rows[Tensor]]]:
        """A run for the operands' own rows, one for each pair, and its tokens."""
        each = torch.arange(len(rows_a))
        run = PlainRun(self.blocks, self.activation, self.mask, Pairs(each, each, len(rows_a)))
        return run, self._placed(Rows(rows_a, "pair"), Rows(rows_b, "pair"))

    def _placed(self, rows_a: Rows[Tensor], rows_b: Rows[Tensor]) -> list[Rows[Tensor]]:
        """Residuals of each position before the first layer."""
        tokens: list[Rows[Tensor]] = [Rows(constant[None], "") for constant in self.constants]
        for place, rows in ((self.place_a, rows_a), (self.place_b, rows_b)):
            scaled = rows.values if self.scale == 1 else self.scale * rows.values
            tokens[place] = Rows(scaled + self.constants[place], rows.of)
        return tokens
