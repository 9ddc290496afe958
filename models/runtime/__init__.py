"""The machine under the computation: its cores and memory, what a pass takes of them, and how long work ends.

machine.py    cores and memory that the process may use;  workers.py  processes that end with their parent
cost.py       what a network's figures take, from its shapes;  batches.py  pairs in batches of that
compiling.py  loops compiled on the machine they run on;  interruption.py  long work ends where nobody waits for it
"""
