"""Networks altered on purpose, to see what a figure is worth: what learned nothing must not do as well.

shuffles.py       bodies with permuted weights;  phases.py  tables whose columns no longer agree on an angle
frequencies.py    other frequencies made as strong as the key ones
random_phases.py  a network that nobody trained
"""
