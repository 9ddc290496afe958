"""The few pickle steps that torch.save writes, read without calling or importing anything that a pickle names.

A name in a pickle is looked up in a table (`torch_names.py`) of our own functions, which describe tensors and build
none. What is not in the table is refused. So there is no list of dangerous names to keep complete.
"""

import pickle
from collections.abc import Callable
from io import BytesIO
from struct import unpack
from typing import Any

from models.errors import CheckpointError
from models.formats.containers.declared import MalformedError, Source, shown
from models.formats.containers.torch_names import NAMES, Ordered, TypedStorage

KEY_TYPES = (str, int, float, bool, type(None))  # hashed without following them into others
LARGEST_KEY = 2**60  # larger whole numbers can be chosen to share one hash, and a dict of those is slow without end
LONGEST_TEXT = 2**20
OPCODE_NAMES = {getattr(pickle, name): name for name in pickle.__all__ if name.isupper()}

FindStorage = Callable[[tuple[Any, ...]], TypedStorage]
Step = Callable[["Machine"], None]
STEPS: dict[bytes, Step] = {}


def read_pickle(source: Source, stream: BytesIO, find_storage: FindStorage) -> Any:
    """The plain value of the pickle that begins where the stream stands, with Declared where it has tensors.

    Raises CheckpointError for what a checkpoint of weights has no place for, MalformedError for what is no pickle.
    """
    machine = Machine(source, stream, find_storage)
    for _ in range(source.limits.values):
        opcode = machine.take(1)
        if opcode == pickle.STOP:
            return machine.pop()
        step = STEPS.get(opcode)
        if step is None:
            _refuse_step(source, opcode)
        else:
            step(machine)
    raise CheckpointError(
        f"{source.name} holds more than {source.limits.values:,} numbers and names beside its weights. "
        f"Save the weights alone: torch.save(model.state_dict(), …)."
    )


def _refuse_step(source: Source, opcode: bytes) -> None:
    if opcode not in OPCODE_NAMES:
        raise MalformedError(f"byte {opcode.hex()} is no step of a pickle")
    raise CheckpointError(
        f"{source.name} is a pickle that torch.save did not write (it has the step {OPCODE_NAMES[opcode]}). "
        f"Open it where it was made and save it again with torch.save(model.state_dict(), …)."
    )


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
            raise MalformedError(f"the pickle has a text of {count:,} bytes")
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


def _step(opcode: bytes) -> Callable[[Step], Step]:
    def register(step: Step) -> Step:
        STEPS[opcode] = step
        return step

    return register


def _puts(make: Callable[[Machine], Any]) -> Step:
    def step(machine: Machine) -> None:
        made = make(machine)  # before the stack is named: a mark that is closed changes it
        machine.stack.append(made)

    return step


STEPS |= {
    pickle.NONE: _puts(lambda machine: None),
    pickle.NEWTRUE: _puts(lambda machine: True),
    pickle.NEWFALSE: _puts(lambda machine: False),
    pickle.EMPTY_TUPLE: _puts(lambda machine: ()),
    pickle.EMPTY_LIST: _puts(lambda machine: []),
    pickle.EMPTY_DICT: _puts(lambda machine: {}),
    pickle.BININT: _puts(lambda machine: machine.number("<i", 4)),
    pickle.BININT1: _puts(lambda machine: machine.number("<B", 1)),
    pickle.BININT2: _puts(lambda machine: machine.number("<H", 2)),
    pickle.BINFLOAT: _puts(lambda machine: unpack(">d", machine.take(8))[0]),
    pickle.LONG1: _puts(lambda machine: int.from_bytes(machine.take(machine.number("<B", 1)), "little", signed=True)),
    pickle.BINUNICODE: _puts(lambda machine: machine.take(machine.number("<I", 4)).decode("utf-8", "surrogatepass")),
    pickle.SHORT_BINSTRING: _puts(lambda machine: machine.take(machine.number("<B", 1)).decode("latin-1")),
    pickle.TUPLE1: _puts(lambda machine: (machine.pop(),)),
    pickle.TUPLE2: _puts(lambda machine: (machine.pop(), machine.pop())[::-1]),
    pickle.TUPLE3: _puts(lambda machine: (machine.pop(), machine.pop(), machine.pop())[::-1]),
    pickle.TUPLE: _puts(lambda machine: tuple(machine.pop_mark())),
    pickle.BINPUT: lambda machine: machine.remember(machine.number("<B", 1)),
    pickle.LONG_BINPUT: lambda machine: machine.remember(machine.number("<I", 4)),
    pickle.BINGET: lambda machine: machine.recall(machine.number("<B", 1)),
    pickle.LONG_BINGET: lambda machine: machine.recall(machine.number("<I", 4)),
}


@_step(pickle.PROTO)
def _protocol(machine: Machine) -> None:
    machine.take(1)


@_step(pickle.MARK)
def _mark(machine: Machine) -> None:
    machine.below.append(machine.stack)
    machine.stack = []


@_step(pickle.GLOBAL)
def _name(machine: Machine) -> None:
    module, name = (machine.stream.readline()[:-1].decode("utf-8", "replace") for _ in range(2))
    if (module, name) not in NAMES:
        raise CheckpointError(
            f"{machine.source.name} holds Python objects besides tensors, which are never run here "
            f"({shown(f'{module}.{name}')}). Save it again with torch.save(model.state_dict(), …)."
        )
    machine.stack.append(NAMES[module, name])


@_step(pickle.REDUCE)
@_step(pickle.NEWOBJ)
def _make(machine: Machine) -> None:
    arguments, make = machine.pop(), machine.pop()
    if not callable(make) or type(arguments) is not tuple:
        raise MalformedError("the pickle calls something that is no function")
    machine.stack.append(make(*arguments))  # one of our own, of NAMES: nothing else on the stack can be called


@_step(pickle.BUILD)
def _attributes(machine: Machine) -> None:
    attributes, target = machine.pop(), machine.top()
    if isinstance(target, Ordered) and isinstance(attributes, dict):
        target.metadata = attributes.get("_metadata")


@_step(pickle.APPEND)
def _append(machine: Machine) -> None:
    _extend(machine, [machine.pop()])


@_step(pickle.APPENDS)
def _appends(machine: Machine) -> None:
    _extend(machine, machine.pop_mark())


def _extend(machine: Machine, items: list[Any]) -> None:
    target = machine.top()
    if type(target) is not list:
        raise MalformedError("the pickle appends to what is no list")
    target.extend(items)


@_step(pickle.SETITEM)
def _set_item(machine: Machine) -> None:
    value, key = machine.pop(), machine.pop()
    _update(machine, [key, value])


@_step(pickle.SETITEMS)
def _set_items(machine: Machine) -> None:
    _update(machine, machine.pop_mark())


def _update(machine: Machine, items: list[Any]) -> None:
    target = machine.top()
    if not isinstance(target, dict) or len(items) % 2:
        raise MalformedError("the pickle sets items of what is no dict")
    for key, value in zip(items[::2], items[1::2], strict=True):
        if type(key) in KEY_TYPES and not (type(key) is int and abs(key) > LARGEST_KEY):
            target[key] = value  # what has another key is left out: to hash a deep tuple would end the process


@_step(pickle.BINPERSID)
def _storage(machine: Machine) -> None:
    reference = machine.pop()
    if type(reference) is not tuple or reference[:1] != ("storage",):
        raise MalformedError("the pickle refers to something that is no storage of a tensor")
    machine.stack.append(machine.find_storage(reference[1:]))
