"""Opens files in a process of its own and watches it: what came out, how long it took, how much memory it had."""

import multiprocessing
import resource
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from models.errors import CheckpointError
from models.formats.limits import UPLOAD
from models.formats.registry import network_from_bytes

SECONDS = 2.0  # of computing
PATIENCE = 30.0  # of waiting, on a machine that may be busy
MEMORY = 500 * 2**20  # over what the process has before
HARD_CEILING = 8 * 2**30  # of addresses, so that a mistake here does not take the machine down
STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Seen:
    """What opening one file came to."""

    outcome: str  # "network", "refused", the name of another error, "hang" or "crash"
    message: str
    seconds: float = 0.0
    memory: int = 0

    @property
    def is_finding(self) -> bool:
        """Anything but a network or a clear refusal, in time and within the memory."""
        lawful = self.outcome in ("network", "refused")
        return not lawful or "\n" in self.message or self.seconds > SECONDS or self.memory > MEMORY


def open_once(data: bytes, name: str) -> Seen:
    """Open a file as an upload, in this process."""
    start, before = time.process_time(), _peak(reset=True)
    try:
        network = network_from_bytes(data, name, UPLOAD)
        outcome, message = "network", f"{network.layout.name} {network.digest}"
    except CheckpointError as error:
        starved = isinstance(error.__cause__, MemoryError) or "allocate" in str(error.__cause__)
        outcome, message = "MemoryError" if starved else "refused", str(error)
    except Exception as error:  # whatever it is, it is a finding
        outcome, message = type(error).__name__, str(error)
    return Seen(outcome, message, time.process_time() - start, max(0, _peak() - before))


def _peak(reset: bool = False) -> int:
    """Bytes of the largest resident memory of this process, since the last reset where the system can do that."""
    try:
        if reset:
            CLEAR.write_text("5", encoding="utf-8")
        return 1024 * next(
            int(line.split()[1]) for line in STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM")
        )
    except OSError:
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def serve(requests: Connection) -> None:
    """Open what comes, until nothing comes."""
    import torch

    torch.set_num_threads(1)
    resource.setrlimit(resource.RLIMIT_AS, (HARD_CEILING, HARD_CEILING))
    open_once(b"warm", "warm.pt")
    while True:
        try:
            data, name = requests.recv()
        except EOFError:
            return
        requests.send(open_once(data, name))


class Watcher:
    """A process that opens files, started again whenever one of them ends or holds it."""

    def __enter__(self) -> "Watcher":
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def open(self, data: bytes, name: str) -> Seen:
        """What opening a file comes to."""
        try:
            self.requests.send((data, name))
            if self.requests.poll(PATIENCE):
                return self.requests.recv()
            seen = Seen("hang", f"no answer in {PATIENCE:.0f} s", PATIENCE)
        except (EOFError, ConnectionError):
            self.process.join()
            seen = Seen("crash", f"the process ended with {self.process.exitcode}")
        self._stop()
        self._start()
        return seen

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.requests, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def _stop(self) -> None:
        self.requests.close()
        self.process.kill()
        self.process.join()
