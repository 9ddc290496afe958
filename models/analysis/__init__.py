"""What can be said of a network and of an operation on it, beyond the count.

inspection.py   key frequencies, shares, half-step test, verdict;  sampled_inspection.py  the same of a sample
baselines.py    the network without surgery;  failures.py  why a modulus falls short;  near_ties.py  a few pairs of it
patching.py     trained and operated parts in every mix;  published.py  others' figures, to stand beside ours
"""
