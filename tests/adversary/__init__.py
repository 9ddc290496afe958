"""Networks made to fool a fast count: each is compared, pair by pair, with exact arithmetic.

`python -m tests.adversary --networks 2000 --seed 0` makes as many, of every body and every attack, and prints how many
were counted wrongly.
"""
