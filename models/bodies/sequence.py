"""A sequence of positions run through the layers of a transformer, in floating point or with enclosed errors."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from torch import Tensor

from models.bodies.activations import Activation
from models.bodies.block import attention_weights, mixed_values
from models.bodies.enclosure import Enclosure
from models.bodies.norm import Norm
from models.bodies.normed_block import NormedBlock
from models.bodies.positions import Pairs, Rows
from models.bodies.transformer import Mask

T = TypeVar("T")  # rows of a residual
H = TypeVar("H")  # queries, keys or values of all heads
Enclosed = TypeVar("Enclosed", bound=Enclosure)


@dataclass(frozen=True, eq=False)
class Run(ABC, Generic[T, H]):
    """One arithmetic's way through the layers, for the pairs that are asked for."""

    blocks: Sequence[NormedBlock]
    activation: Activation
    mask: Mask
    pairs: Pairs

    def finished(self, tokens: list[Rows[T]], final: Norm | None) -> T:
        """r(a, b) of every pair: the last position after all layers and the final norm."""
        out = self.before_last_mlp(tokens).with_values(partial(self.after_mlp, self.blocks[-1]))
        return self.each_pair(out.with_values(partial(self.normed, final)))

    def before_last_mlp(self, tokens: list[Rows[T]]) -> Rows[T]:
        """The last position's residual after the last layer's attention."""
        residuals = tokens
        for block in self.blocks[:-1]:
            attended = self._attended(block, residuals, range(len(residuals)))
            residuals = [rows.with_values(partial(self.after_mlp, block)) for rows in attended]
        return self._attended(self.blocks[-1], residuals, range(len(residuals))[-1:])[0]

    def each_pair(self, rows: Rows[T]) -> T:
        """One row for each pair."""
        return self.pairs.each(rows, self.look_up)

    def _attended(self, block: NormedBlock, residuals: list[Rows[T]], asking: Sequence[int]) -> list[Rows[T]]:
        """Residuals after a layer's attention, of the positions that ask."""
        seen = [rows.with_values(partial(self.normed, block.attention_reads)) for rows in residuals]
        keys, values = ([rows.with_values(partial(self.heads, block, part)) for rows in seen] for part in "KV")
        found = []
        for place in asking:
            some = place + 1 if self.mask == "causal" else len(residuals)
            query = seen[place].with_values(partial(self.heads, block, "Q"))
            of = self.pairs.deciding([residuals[place], *keys[:some]])
            x = self.pairs.as_rows_of(of, residuals[place], self.look_up)
            asked, *read = [
                self.pairs.as_rows_of(of, one, self.look_up_heads) for one in (query, *keys[:some], *values[:some])
            ]
            found.append(Rows(self.after_attention(block, x, asked, read[:some], read[some:]), of))
        return found

    @abstractmethod
    def look_up(self, values: T, rows: Tensor) -> T:
        """Rows of a table; a table of one row is that row for all."""

    @abstractmethod
    def look_up_heads(self, values: H, rows: Tensor) -> H:
        """The same of queries, keys or values."""

    @abstractmethod
    def normed(self, norm: Norm | None, x: T) -> T:
        """The norm of x, or x itself."""

    @abstractmethod
    def heads(self, block: NormedBlock, part: str, seen: T) -> H:
        """Queries ("Q"), keys ("K") or values ("V") of what the attention reads."""

    @abstractmethod
    def after_attention(self, block: NormedBlock, x: T, query: H, keys: list[H], values: list[H]) -> T:
        """Residual x with what the heads read."""

    @abstractmethod
    def after_mlp(self, block: NormedBlock, x: T) -> T:
        """Residual x with what the neurons write."""


class PlainRun(Run[Tensor, Tensor]):
    """In the precision of the tensors; one row broadcasts."""

    def look_up(self, values: Tensor, rows: Tensor) -> Tensor:
        """See Run."""
        return values.expand(len(rows), *values.shape[1:]) if len(values) == 1 else values[rows]

    look_up_heads = look_up

    def normed(self, norm: Norm | None, x: Tensor) -> Tensor:
        """See Run."""
        return norm(x) if norm else x

    def heads(self, block: NormedBlock, part: str, seen: Tensor) -> Tensor:
        """See Run."""
        inner = block.block
        return {"Q": inner.queries, "K": inner.keys, "V": inner.values}[part](seen)

    def after_attention(
        self, block: NormedBlock, x: Tensor, query: Tensor, keys: list[Tensor], values: list[Tensor]
    ) -> Tensor:
        """See Run."""
        return block.after_attention(x, mixed_values(attention_weights(query, keys), values))

    def after_mlp(self, block: NormedBlock, x: Tensor) -> Tensor:
        """See Run."""
        return block.after_mlp(x, self.activation)


class EnclosedRun(Run[Enclosed, list[Enclosed]]):
    """With enclosed errors, head by head."""

    def look_up(self, values: Enclosed, rows: Tensor) -> Enclosed:
        """See Run."""
        return values.at(rows)

    def look_up_heads(self, values: list[Enclosed], rows: Tensor) -> list[Enclosed]:
        """See Run."""
        return [head.at(rows) for head in values]

    def normed(self, norm: Norm | None, x: Enclosed) -> Enclosed:
        """See Run."""
        return norm.enclosed(x) if norm else x

    def heads(self, block: NormedBlock, part: str, seen: Enclosed) -> list[Enclosed]:
        """See Run."""
        return block.block.enclosed_heads(seen, part)

    def after_attention(
        self,
        block: NormedBlock,
        x: Enclosed,
        query: list[Enclosed],
        keys: list[list[Enclosed]],
        values: list[list[Enclosed]],
    ) -> Enclosed:
        """See Run."""
        return block.enclosed_after_attention(x, query, keys, values)

    def after_mlp(self, block: NormedBlock, x: Enclosed) -> Enclosed:
        """See Run."""
        return block.enclosed_after_mlp(x, self.activation)
