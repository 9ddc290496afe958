"""What a file's metadata claims of itself. Anybody can write it, so it is held against the weights where it can be."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.formats.decoding import Contents
from models.formats.registry import DIGEST, hyperparameters_claimed, network_from_contents
from models.network import Network

WHY = "claimed by the file's metadata, which anybody can write"
NOT_FOLLOWED = (
    "how its metadata claims it is read was not followed: the digest there is not that of these weights read so"
)


@dataclass(frozen=True, eq=False)
class Claim:
    """A network read as its file claims, and whether the claim holds."""

    network: Network
    holds: bool | None  # the digest in the metadata is the network's; None where there is none to compare

    @property
    def credible(self) -> bool:
        """Nothing is known against it."""
        return self.holds is not False


def claim_of(contents: Contents) -> Claim | None:
    """What a file claims of how it is to be read; None where it claims nothing. Raises CheckpointError."""
    hyperparameters = hyperparameters_claimed(contents)
    if hyperparameters is None:
        return None
    network = network_from_contents(contents, hyperparameters)
    return Claim(network, digest_holds(contents.metadata, network))


def digest_holds(metadata: Mapping[str, str], network: Network) -> bool | None:
    """Whether a file's metadata holds the digest of this network; None where it holds none."""
    return metadata[DIGEST] == network.digest if DIGEST in metadata else None
