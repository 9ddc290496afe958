"""Which hidden facts fit a file, and how well others would."""

from models.readings.candidate import Tried
from models.readings.choose import Interpretation, read_alike, read_network
from models.readings.recorded import without_spare_records

__all__ = ["Interpretation", "Tried", "read_alike", "read_network", "without_spare_records"]
