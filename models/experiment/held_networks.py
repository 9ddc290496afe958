"""Networks that a process of a sweep holds, by digest: what was worked out of one is memoised with it."""

from collections import OrderedDict
from threading import Lock

from models.network import Network

MOST_HELD = 4  # networks in one process; a sweep is of one, and a few may run side by side


class HeldNetworks:
    """The last few networks, each one object for its digest; any thread may ask."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self.most, self.lock = most, Lock()
        self.networks: OrderedDict[str, Network] = OrderedDict()

    def hold(self, network: Network) -> Network:
        """The network of this digest that is held, or else this one from now on."""
        with self.lock:
            held = self.networks.setdefault(network.digest, network)
            self.networks.move_to_end(network.digest)
            while len(self.networks) > self.most:
                self.networks.popitem(last=False)
            return held

    def of_digest(self, digest: str) -> Network | None:
        """The network with this digest; None where it is not held, or no longer."""
        with self.lock:
            if digest in self.networks:
                self.networks.move_to_end(digest)
            return self.networks.get(digest)


HELD = HeldNetworks()
