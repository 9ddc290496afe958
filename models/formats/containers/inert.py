"""Objects of classes that are not known here, such as a configuration's: names and values, never the class itself.

A class is only a name. What a pickle makes of it in the way in which objects are pickled (NEWOBJ, copyreg's functions,
BUILD) is kept as the attributes that it then gets; what it calls (REDUCE) is refused, but for members of enumerations.
Modules of Python and of the libraries whose functions could be meant have no stand-ins at all.
"""

import re
import sys
from dataclasses import dataclass
from typing import Any

from models.formats.containers.kept_beside import Attributes, Beside, left_out

NEVER = {  # besides Python's own: what runs code is in these, and what a checkpoint needs of them is known by name
    *("__builtin__", "commands", "copy_reg", "cPickle", "os2", "popen2", "urllib2"),
    *("IPython", "cloudpickle", "dill", "distutils", "jax", "joblib", "numpy", "pip", "pkg_resources", "setuptools"),
    *("tensorflow", "torch"),
}
STANDARD = sys.stdlib_module_names - {"__main__"}
CLASS_NAME = re.compile(r"(?:\w+(?:\.<locals>)?\.)*_*[A-Z]\w*")  # as classes are named, and functions are not
LONGEST_NAME = 300  # of a class with its module
LONGEST_MEMBER = 100  # characters of an enumeration's value


@dataclass(frozen=True)
class Unknown:
    """The name of a class that is not known here."""

    name: str

    def member(self, arguments: Any) -> Any:
        """The value of the enumeration's member that a call with these arguments stands for; Beside for any other."""
        value = arguments[0] if type(arguments) is tuple and len(arguments) == 1 else None
        is_value = type(value) is int or (type(value) is str and len(value) <= LONGEST_MEMBER)
        return value if is_value else Beside()


class Record(Attributes):
    """An object of an unknown class: its class's name, and its attributes or items."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def set_state(self, state: Any) -> None:
        """Attributes as a dict or, where the class has slots, as (dict or None, dict)."""
        parts = state if type(state) is tuple and len(state) == 2 else (state,)
        super().set_state(next((part for part in parts if isinstance(part, dict) and part), None))


def stand_in(module: str, name: str) -> Unknown | None:
    """What stands for a name of no table; None for what is no class's, or of a module that could run code."""
    if len(module) + len(name) > LONGEST_NAME:  # one text could be named a million times
        return None
    root = module.partition(".")[0]
    if root in STANDARD or root in NEVER or not all(part.isidentifier() for part in module.split(".")):
        return None
    return Unknown(f"{module}.{name}") if CLASS_NAME.fullmatch(name) else None


def _reconstructed(kind: Any = None, base: Any = None, *_: Any) -> Record | Beside:
    return Record(kind.name) if isinstance(kind, Unknown) and base is left_out else Beside()


def _made(kind: Any = None, *_: Any) -> Record | Beside:
    return Record(kind.name) if isinstance(kind, Unknown) else Beside()


NAMES: dict[tuple[str, str], Any] = {
    ("builtins", "object"): left_out,
    ("__builtin__", "object"): left_out,
    **{
        (module, name): make
        for module in ("copyreg", "copy_reg")
        for name, make in (("_reconstructor", _reconstructed), ("__newobj__", _made), ("__newobj_ex__", _made))
    },
}
