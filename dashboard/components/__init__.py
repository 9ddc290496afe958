"""Pieces of pages: the surgery console, the one chart, the picker of networks."""
