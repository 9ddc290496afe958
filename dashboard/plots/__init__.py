"""Dataclass in, Plotly figure out; nothing is computed here that a person could not read off the dataclass."""
