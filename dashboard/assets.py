"""Where the files are that a browser is sent."""

from pathlib import Path

ASSETS = Path(__file__).parents[1] / "assets"
