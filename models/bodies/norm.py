"""LayerNorm and RMSNorm: a row divided by its own size, which is why no table of a network with one acts alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from torch import Tensor
from torch.nn.functional import layer_norm, rms_norm

from models.bodies.enclosure import Enclosure

NormKind = Literal["layer", "rms"]
NAMES: dict[NormKind, str] = {"layer": "LayerNorm", "rms": "RMSNorm"}
Enclosed = TypeVar("Enclosed", bound=Enclosure)


@dataclass(frozen=True, eq=False)
class Norm:
    """gain · y / √(mean(y²) + eps) + shift for a row x [d]: y = x − mean(x) in a LayerNorm, y = x in an RMSNorm.

    Sources: Ba et al. 2016, arXiv 1607.06450; Zhang and Sennrich 2019, arXiv 1910.07467.
    """

    kind: NormKind
    eps: float
    gain: Tensor | None = None  # [d]; None where it has none to learn
    shift: Tensor | None = None  # [d]

    def __call__(self, x: Tensor) -> Tensor:
        """[n, d] → [n, d]; differentiable."""
        if self.kind == "layer":
            return layer_norm(x, x.shape[-1:], self.gain, self.shift, self.eps)
        scaled = rms_norm(x, x.shape[-1:], self.gain, self.eps)
        return scaled if self.shift is None else scaled + self.shift

    def enclosed(self, x: Enclosed) -> Enclosed:
        """The same in an arithmetic that encloses its errors."""
        out = x.normalised(self.eps, centred=self.kind == "layer")
        out = out if self.gain is None else out.times_each(self.gain)
        return out if self.shift is None else out.plus(self.shift)

    def tensors(self) -> dict[str, Tensor]:
        """What it learned, by name."""
        named = {"gain": self.gain, "shift": self.shift}
        return {name: tensor for name, tensor in named.items() if tensor is not None}

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "Norm":
        """The same norm with what it learned changed."""
        gain, shift = (None if each is None else change(each) for each in (self.gain, self.shift))
        return replace(self, gain=gain, shift=shift)

    @property
    def scales(self) -> Tensor | float:
        """[d] or 1: by what each entry is multiplied after the division."""
        return 1.0 if self.gain is None else self.gain
