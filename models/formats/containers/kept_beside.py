"""Python's own things that people keep beside weights, each as plain data or left out; none of them is ever made."""

from dataclasses import dataclass
from typing import Any


class Beside:
    """Something harmless beside the weights that is not kept, such as a set or a date."""


@dataclass(frozen=True, eq=False)
class Raw:
    """Bytes in a pickle: as they are, or as text with one character for each (how older pickles have them)."""

    content: str | bytes

    @property
    def size(self) -> int:
        """How many bytes."""
        return len(self.content)

    def read(self) -> bytes:
        """The bytes. Raises ValueError where the text has characters that are no bytes."""
        return self.content.encode("latin-1") if isinstance(self.content, str) else self.content


class Ordered(dict[Any, Any]):
    """A dict of some kind, and the `_metadata` that PyTorch keeps on a state dict."""

    metadata: Any = None

    def set_state(self, state: Any) -> None:
        """Attributes that are not items: of them only PyTorch's metadata is kept."""
        if isinstance(state, dict):
            self.metadata = state.get("_metadata")


class Attributes:
    """An object that is nothing but names and values, such as argparse's Namespace."""

    def __init__(self) -> None:
        self.values: dict[Any, Any] = {}

    def set_state(self, state: Any) -> None:
        """The names and values, not copied: a pickle may give one dict to a million objects."""
        if isinstance(state, dict):
            self.values = state


def left_out(*_: Any) -> Beside:
    """What is made of a name that is harmless and not kept."""
    return Beside()


def _attributes(*_: Any) -> Attributes:
    return Attributes()


def _dict(*_: Any) -> Ordered:
    return Ordered()  # its items follow one by one


def _list(*_: Any) -> list[Any]:
    return []  # its items follow one by one


def path(*parts: Any) -> str | Beside:
    """A path as text; one that is longer than systems allow is left out, since its parts may be one text repeated."""
    texts = [part for part in parts if isinstance(part, str)]
    too_long = len(texts) < len(parts) or sum(map(len, texts)) + len(texts) > LONGEST_PATH
    return Beside() if too_long else "/".join(texts).replace("//", "/")


def _counted(counts: Any = None, *_: Any) -> Any:
    return counts if isinstance(counts, dict) else Ordered()


def _encoded(text: Any = None, encoding: Any = None, *_: Any) -> Raw | Beside:
    return Raw(text) if isinstance(text, str) and encoding in ("latin1", "latin-1") else Beside()


LONGEST_PATH = 4096
BUILTIN_TYPES = (
    *("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int"),
    *("list", "range", "set", "slice", "str", "tuple", "xrange"),
)
PATHS = ("Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath")
DATES = ("date", "datetime", "time", "timedelta", "timezone")
NAMES: dict[tuple[str, str], Any] = {
    ("argparse", "Namespace"): _attributes,
    ("types", "SimpleNamespace"): _attributes,
    ("collections", "defaultdict"): _dict,
    ("collections", "deque"): _list,
    ("collections", "Counter"): _counted,
    ("_codecs", "encode"): _encoded,
    **{(module, name): left_out for module in ("builtins", "__builtin__") for name in BUILTIN_TYPES},
    **{(module, name): path for module in ("pathlib", "pathlib._local") for name in PATHS},
    **{("datetime", name): left_out for name in DATES},
}
