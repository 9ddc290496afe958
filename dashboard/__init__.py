"""Everything a visitor sees; no tensor arithmetic."""
