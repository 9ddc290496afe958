"""One visitor: what is open and set, how an address says it, what comes in as a file, and what goes when they leave."""
