"""What each step of a pickle does to the stack. Nothing that a pickle names is called or imported.

A name is looked up in tables of our own functions (`torch_names.py`, `numpy_names.py`, `kept_beside.py`), which
describe tensors and build none. Of what is in no table only a class outside Python and its libraries gets a stand-in
(`inert.py`), which can be made into a record and not called; everything else is refused.
"""

import pickle
from collections.abc import Callable
from functools import partial
from struct import calcsize, unpack
from typing import Any

from models.errors import CheckpointError, shown
from models.formats.containers import inert, kept_beside, numpy_names, torch_names
from models.formats.containers.declared import MalformedError
from models.formats.containers.inert import Record, Unknown, stand_in
from models.formats.containers.kept_beside import Attributes, Beside, Ordered, Raw
from models.formats.containers.numpy_names import NumpyArray, NumpyType
from models.formats.containers.pickle_machine import Machine

NAMES = torch_names.NAMES | numpy_names.NAMES | kept_beside.NAMES | inert.NAMES
WITH_STATE = (Ordered, Attributes, NumpyType, NumpyArray)  # what may be told more after it was made
KEY_TYPES = (str, int, float, bool, type(None))  # hashed without following them into others
LARGEST_KEY = 2**60  # larger whole numbers can be chosen to share one hash, and a dict of those is slow without end

Step = Callable[[Machine], None]
STEPS: dict[bytes, Step] = {}


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


TEXTS = {pickle.SHORT_BINUNICODE: "<B", pickle.BINUNICODE: "<I", pickle.BINUNICODE8: "<Q"}  # with the form of a length
BYTES = {pickle.SHORT_BINBYTES: "<B", pickle.BINBYTES: "<I", pickle.BINBYTES8: "<Q", pickle.BYTEARRAY8: "<Q"}


def _text(machine: Machine, form: str) -> str:
    return machine.take(machine.number(form, calcsize(form))).decode("utf-8", "surrogatepass")


def _bytes(machine: Machine, form: str) -> Raw:
    return Raw(machine.take(machine.number(form, calcsize(form))))


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
    pickle.EMPTY_SET: _puts(lambda machine: Beside()),
    pickle.FROZENSET: _puts(lambda machine: (machine.pop_mark(), Beside())[1]),
    pickle.LONG1: _puts(lambda machine: int.from_bytes(machine.take(machine.number("<B", 1)), "little", signed=True)),
    **{code: _puts(partial(_text, form=form)) for code, form in TEXTS.items()},
    **{code: _puts(partial(_bytes, form=form)) for code, form in BYTES.items()},
    pickle.SHORT_BINSTRING: _puts(lambda machine: machine.take(machine.number("<B", 1)).decode("latin-1")),
    pickle.TUPLE1: _puts(lambda machine: (machine.pop(),)),
    pickle.TUPLE2: _puts(lambda machine: (machine.pop(), machine.pop())[::-1]),
    pickle.TUPLE3: _puts(lambda machine: (machine.pop(), machine.pop(), machine.pop())[::-1]),
    pickle.TUPLE: _puts(lambda machine: tuple(machine.pop_mark())),
    pickle.BINPUT: lambda machine: machine.remember(machine.number("<B", 1)),
    pickle.LONG_BINPUT: lambda machine: machine.remember(machine.number("<I", 4)),
    pickle.MEMOIZE: lambda machine: machine.remember(len(machine.memo)),
    pickle.BINGET: lambda machine: machine.recall(machine.number("<B", 1)),
    pickle.LONG_BINGET: lambda machine: machine.recall(machine.number("<I", 4)),
}


@_step(pickle.PROTO)
def _protocol(machine: Machine) -> None:
    machine.take(1)


@_step(pickle.FRAME)
def _frame(machine: Machine) -> None:
    machine.take(8)  # how far one may read ahead


@_step(pickle.MARK)
def _mark(machine: Machine) -> None:
    machine.below.append(machine.stack)
    machine.stack = []


@_step(pickle.GLOBAL)
def _name(machine: Machine) -> None:
    module, name = (machine.stream.readline()[:-1].decode("utf-8", "replace") for _ in range(2))
    _look_up(machine, module, name)


@_step(pickle.STACK_GLOBAL)
def _name_on_the_stack(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    if type(module) is not str or type(name) is not str:
        raise MalformedError("the pickle names something by what is no text")
    _look_up(machine, module, name)


def _look_up(machine: Machine, module: str, name: str) -> None:
    found = NAMES.get((module, name)) or stand_in(module, name)
    if found is None:
        raise _refusal(machine, f"{module}.{name}")
    machine.stack.append(found)


def _refusal(machine: Machine, name: str) -> CheckpointError:
    return CheckpointError(
        f"{machine.source.name} holds Python objects besides tensors, which are never run here "
        f"({shown(name)}). Save it again with torch.save(model.state_dict(), …)."
    )


@_step(pickle.REDUCE)
def _call(machine: Machine) -> None:
    arguments, make = machine.pop(), machine.pop()
    if isinstance(make, Unknown):
        member = make.member(arguments)
        if isinstance(member, Beside):
            raise _refusal(machine, make.name)
        machine.stack.append(member)
    else:
        _make(machine, make, arguments)


@_step(pickle.NEWOBJ)
def _new_object(machine: Machine) -> None:
    arguments, kind = machine.pop(), machine.pop()
    _make_object(machine, kind, arguments)


@_step(pickle.NEWOBJ_EX)
def _new_object_of_named(machine: Machine) -> None:
    _, arguments, kind = machine.pop(), machine.pop(), machine.pop()
    _make_object(machine, kind, arguments)


def _make_object(machine: Machine, kind: Any, arguments: Any) -> None:
    if isinstance(kind, Unknown):
        machine.stack.append(Record(kind.name))
    else:
        _make(machine, kind, arguments)


def _make(machine: Machine, make: Any, arguments: Any) -> None:
    if not callable(make) or type(arguments) is not tuple:
        raise MalformedError("the pickle calls something that is no function")
    machine.stack.append(make(*arguments))  # one of our own, of NAMES: nothing else on the stack can be called


@_step(pickle.BUILD)
def _attributes(machine: Machine) -> None:
    attributes, target = machine.pop(), machine.top()
    if isinstance(target, WITH_STATE):
        target.set_state(attributes)


@_step(pickle.APPEND)
def _append(machine: Machine) -> None:
    _extend(machine, [machine.pop()])


@_step(pickle.APPENDS)
def _appends(machine: Machine) -> None:
    _extend(machine, machine.pop_mark())


def _extend(machine: Machine, items: list[Any]) -> None:
    target = machine.top()
    if isinstance(target, Record):
        return  # a list of an unknown kind: what it holds has no names
    if type(target) is not list:
        raise MalformedError("the pickle appends to what is no list")
    target.extend(items)


@_step(pickle.ADDITEMS)
def _add_to_set(machine: Machine) -> None:
    machine.pop_mark()  # sets are left out, and what is in them is never hashed
    if not isinstance(machine.top(), Beside):
        raise MalformedError("the pickle adds to what is no set")


@_step(pickle.SETITEM)
def _set_item(machine: Machine) -> None:
    value, key = machine.pop(), machine.pop()
    _update(machine, [key, value])


@_step(pickle.SETITEMS)
def _set_items(machine: Machine) -> None:
    _update(machine, machine.pop_mark())


def _update(machine: Machine, items: list[Any]) -> None:
    top = machine.top()
    target = top.values if isinstance(top, Record) else top
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
