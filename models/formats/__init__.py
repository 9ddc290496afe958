"""Files in, files out: one file per layout."""
