"""The few pickle steps that torch.save writes, read one by one (`pickle_steps.py`) on a stack (`pickle_machine.py`)."""

import pickle
from io import BytesIO
from typing import Any

from models.errors import CheckpointError
from models.formats.containers.declared import MalformedError, Source
from models.formats.containers.pickle_machine import FindStorage, Machine
from models.formats.containers.pickle_steps import STEPS

OPCODE_NAMES = {getattr(pickle, name): name for name in pickle.__all__ if name.isupper()}


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
        f"{source.name} is a pickle with a step that is not read here ({OPCODE_NAMES[opcode]}). Open it where it was "
        f"made and save it again with torch.save(model.state_dict(), …), leaving out pickle_protocol."
    )
