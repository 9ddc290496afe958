"""One file a page: read state, call the cache, call a plot, show."""
