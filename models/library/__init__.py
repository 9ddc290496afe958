"""What a notebook or a script asks for: open, use, operate, sweep and save, without a page or a command line."""
