"""Where a table differs from itself: scalograms, defects found against surrogates with the same spectrum, repair.

scalogram.py   power of each frequency at each number, and the ridge along a frequency
surrogates.py  tables with the same power and other phases: what a figure comes to where nothing is in one place
rows.py        one row that the others do not foretell
breaks.py      a dial whose wave does not close, or whose frequency glides
missing.py     a dial that one table lacks
defects.py     all of them on a network
repair.py      rows written anew from the others, dials turned back
tables.py      the tables by letter, one row a number
planting.py    defects put in on purpose, for trials
"""
