"""Checks that name the tensor, the shape expected and the shape found."""

from collections.abc import Iterable, Mapping

from torch import Tensor

from models.errors import CheckpointError


def lacking(tensors: Mapping[str, Tensor], needed: Iterable[str]) -> list[str]:
    """What a layout misses in a file, as one reason; empty where all is there."""
    absent = [name for name in needed if name not in tensors]
    return [f"no {', no '.join(absent)}"] if absent else []


def refuse_unknown(file_name: str, tensors: Mapping[str, Tensor], known: Iterable[str], expected: str = "") -> None:
    """A tensor that the forward pass here would not use would silently change what the network computes."""
    unknown = sorted(set(tensors) - set(known))
    if unknown:
        raise CheckpointError(
            f"{file_name} holds tensors that this layout has no place for: {', '.join(unknown[:5])}. "
            f"{expected}Its answers cannot be computed while they are ignored."
        )


class ShapeReader:
    """Takes tensors out by name and binds the letters of their shapes, e.g. "p+1 d" and then "d p".

    A letter seen for the first time takes the size found; from then on it must agree.
    """

    def __init__(self, file_name: str, tensors: Mapping[str, Tensor], **sizes: int) -> None:
        self.file_name = file_name
        self.tensors = tensors
        self.sizes = dict(sizes)

    def __getitem__(self, letter: str) -> int:
        return self.sizes[letter]

    def take(self, name: str, shape: str) -> Tensor:
        """The float tensor `name`, whose axes are given as space-separated letters or numbers."""
        if name not in self.tensors:
            raise CheckpointError(f"{self.file_name}: tensor {name} is missing; expected it with shape [{shape}].")
        tensor = self.tensors[name]
        axes = shape.split()
        if len(axes) != tensor.ndim or not all(map(self._fits, axes, tensor.shape)):
            expected = ", ".join(self._shown(axis) for axis in axes)
            raise CheckpointError(
                f"{self.file_name}: tensor {name} has shape {list(tensor.shape)}; expected [{expected}] "
                f"({shape}). Check that the file is whole and of one model."
            )
        if not tensor.is_floating_point():
            raise CheckpointError(
                f"{self.file_name}: tensor {name} is {tensor.dtype}; expected floating-point weights."
            )
        return tensor.detach()

    def take_if_there(self, name: str, shape: str) -> Tensor | None:
        """Like take, but None where the file has no such tensor."""
        return self.take(name, shape) if name in self.tensors else None

    def _fits(self, axis: str, size: int) -> bool:
        letter, _, more = axis.partition("+")
        if letter.isdigit():
            return size == int(letter)
        return self.sizes.setdefault(letter, size - int(more or 0)) == size - int(more or 0)

    def _shown(self, axis: str) -> str:
        letter, _, more = axis.partition("+")
        return str(self.sizes[letter] + int(more or 0)) if letter in self.sizes else axis
