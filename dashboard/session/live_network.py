"""A network that the visitor's browser trained: checked, and opened as if its file had been dropped."""

from collections.abc import Mapping
from typing import Any

from dashboard.session.state import session
from dashboard.session.uploads import open_files
from models.errors import TrainingError
from models.training.live_weights import live_network_of


def open_live_network(sent: Mapping[str, Any]) -> bool:
    """Make it the network in use; where it cannot be opened, the session says why.

    Args:
        sent: as the browser sent it.

    Returns:
        Whether it is open.
    """
    here = session()
    try:
        live = live_network_of(sent)
    except TrainingError as error:
        here.live_refused = str(error)
        return False
    here.live_refused = " ".join(open_files([(live.name, live.to_file())]).errors)
    here.live = live.settings
    return not here.live_refused
