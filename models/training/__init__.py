"""Training networks of our own."""
