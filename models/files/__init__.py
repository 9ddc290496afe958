"""Files of this machine: read within bounds, written whole, JSON that people hand in."""
