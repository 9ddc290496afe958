"""The stack of a pickle that is being read, and what it has kept under numbers."""

from collections.abc import Callable
from io import BytesIO
from struct import unpack
from typing import Any

from models.errors import CheckpointError
from models.formats.containers.declared import MalformedError, Source
from models.formats.containers.torch_names import TypedStorage

LONGEST_TEXT = 2**20

FindStorage = Callable[[tuple[Any, ...]], TypedStorage]


class Machine:
    """The stack of a pickle being read."""

    def __init__(self, source: Source, stream: BytesIO, find_storage: FindStorage) -> None:
        self.source = source
        self.stream = stream
        self.find_storage = find_storage
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []  # stacks under the marks
        self.memo: dict[int, Any] = {}

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if count > LONGEST_TEXT:
            raise CheckpointError(
                f"{self.source.name}: the pickle has a text of {count:,} bytes; expected at most {LONGEST_TEXT:,}. "
                f"Save tensors, and the weights alone: torch.save(model.state_dict(), …)."
            )
        found = self.stream.read(count)
        if len(found) != count:
            raise MalformedError("the pickle ends in the middle of a step")
        return found

    def number(self, form: str, count: int) -> int:
        """The next bytes as a whole number."""
        return int(unpack(form, self.take(count))[0])

    def pop(self) -> Any:
        """The top of the stack."""
        if not self.stack:
            raise MalformedError("the pickle takes more than it has put down")
        return self.stack.pop()

    def top(self) -> Any:
        """The top of the stack, left there."""
        if not self.stack:
            raise MalformedError("the pickle takes more than it has put down")
        return self.stack[-1]

    def pop_mark(self) -> list[Any]:
        """Everything above the last mark."""
        if not self.below:
            raise MalformedError("the pickle closes what it has not opened")
        items, self.stack = self.stack, self.below.pop()
        return items

    def remember(self, place: int) -> None:
        """Keep the top under a number."""
        self.memo[place] = self.top()

    def recall(self, place: int) -> None:
        """Put down again what was kept."""
        if place not in self.memo:
            raise MalformedError(f"the pickle recalls number {place}, which it never kept")
        self.stack.append(self.memo[place])
