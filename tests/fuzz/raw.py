"""Changes to a file's bytes: anywhere, in a zip's directory, in a header, in a pickle. Each takes and gives bytes."""

import re
import struct
from collections.abc import Callable
from random import Random

from tests.fuzz.containers import unzipped, zipped

NUMBERS = (0, 1, 2, 3, 255, 2**15, 2**31 - 1, 2**31, 2**32 - 1)
LARGE = (-1, 0, 1, 2, 3, 2**31, 2**32, 2**63 - 1, 2**63, 10**30)
OPCODES = b"(.0]}tRbqhKMJXNcuaesQrio2FGILBC\x80\x81\x85\x86\x87\x88\x89\x8a\x8c\x8d\x8e\x8f\x90\x91\x93\x94\x95\x96"


def flipped(random: Random, data: bytes) -> bytes:
    """A few bytes changed."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 64))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def flipped_at_an_end(random: Random, data: bytes) -> bytes:
    """A few bytes changed where headers and directories are."""
    width = min(len(data), 200)
    if random.random() < 0.5:
        return flipped(random, data[:width]) + data[width:]
    return data[: len(data) - width] + flipped(random, data[len(data) - width :])


def truncated(random: Random, data: bytes) -> bytes:
    """Cut off, or its beginning lost."""
    place = random.randrange(len(data) + 1)
    return data[:place] if random.random() < 0.8 else data[place:]


def spliced(random: Random, data: bytes) -> bytes:
    """A piece repeated, moved or taken out."""
    one, two, three = sorted(random.randrange(len(data) + 1) for _ in range(3))
    ways = (
        data[:two] + data[one:two] + data[two:],
        data[:one] + data[two:],
        data[:one] + data[two:three] + data[one:two] + data[three:],
    )
    return random.choice(ways)


def filled(random: Random, data: bytes) -> bytes:
    """A stretch of one byte."""
    start = random.randrange(len(data) + 1)
    width = min(random.choice((1, 8, 100, 1000)), len(data) - start)
    return data[:start] + bytes([random.choice((0, 255, 65))]) * width + data[start + width :]


def longer(random: Random, data: bytes) -> bytes:
    """Something in front or behind."""
    more = random.randbytes(random.choice((1, 8, 1000)))
    return random.choice((data + more, more + data, data + data))


def directory_edited(random: Random, data: bytes) -> bytes:
    """A field of a zip's directory changed: sizes, offsets, methods, flags, lengths of names."""
    places = [found.start() for found in re.finditer(b"PK(\x01\x02|\x03\x04|\x05\x06|\x06\x06)", data)]
    if not places:
        return flipped(random, data)
    place = random.choice(places) + 4 + 2 * random.randrange(21)
    field = struct.pack("<I", random.choice(NUMBERS))[: random.choice((2, 4))]
    return data[:place] + field + data[place + len(field) :]


def number_edited(random: Random, data: bytes) -> bytes:
    """A number written in text (JSON, NumPy's header) changed."""
    found = list(re.finditer(rb"\d+", data[:20_000]))
    if not found:
        return flipped(random, data)
    number = random.choice(found)
    return data[: number.start()] + str(random.choice(LARGE)).encode() + data[number.end() :]


def header_edited(random: Random, data: bytes) -> bytes:
    """A number of a safetensors header changed, and the header's length put right."""
    if len(data) < 9 or data[8:9] != b"{":
        return number_edited(random, data)
    length = struct.unpack("<Q", data[:8])[0]
    header = random.choice((number_edited, flipped, spliced))(random, data[8 : 8 + length])
    return struct.pack("<Q", len(header)) + header + data[8 + length :]


def pickle_edited(random: Random, data: bytes) -> bytes:
    """Steps of a zip's pickle (or a header of an array) changed, and the archive put together anew around it."""
    try:
        members = unzipped(data)
    except Exception:  # not an archive, or not any more
        return _steps_edited(random, data)
    chosen = next((name for name in members if name.endswith("data.pkl")), random.choice([*members, ""]))
    if chosen in members:
        change = random.choice((_steps_edited, _steps_edited, number_edited, spliced, truncated, flipped))
        members[chosen] = change(random, members[chosen])
    return zipped(members)


def _steps_edited(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    steps = [place for place, byte in enumerate(data[:20_000]) if byte in OPCODES]
    for _ in range(random.choice((1, 1, 2, 5))):
        if not steps:
            break
        place = random.choice(steps)
        way = random.randrange(4)
        if way == 0:
            changed[place : place + 1] = bytes([random.choice(OPCODES)])
        elif way == 1:
            changed[place:place] = bytes([random.choice(OPCODES)])
        elif way == 2:
            changed[place : place + 1] = b""
        else:
            changed[place : place + 5] = b"J" + struct.pack("<I", random.choice(NUMBERS))
    return bytes(changed)


CHANGES: dict[str, Callable[[Random, bytes], bytes]] = {
    change.__name__: change
    for change in (
        *(flipped, flipped_at_an_end, truncated, spliced, filled, longer),
        *(directory_edited, number_edited, header_edited, pickle_edited),
    )
}
