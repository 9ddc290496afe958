"""Number tables of language models: rows of the tokens "0", "1", …; their periods, and what an adder makes of them.

table.py    files of rows, opened within bounds
periods.py  power at real periods, beside surrogates
probe.py    whether n mod T can be read off a row by a linear map, on numbers that it was not fitted on
attach.py   the rows' angles drive the body of a network that learned to add
"""
