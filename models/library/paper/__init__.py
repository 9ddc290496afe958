"""Interactive figures as figures for a paper: vector, small, on white, in the width of a column; without a browser."""
