"""Recipes as people meet them: what they may hold, as a file, settings worth seeing, what to try next."""
