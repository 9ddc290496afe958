"""Which hidden facts fit a file, and how well others would."""

from models.readings.candidate import Tried
from models.readings.choose import Reading, read_network

__all__ = ["Reading", "Tried", "read_network"]
