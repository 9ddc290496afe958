"""The machine under the computation: its cores and memory, what a pass takes of them, and how long work ends.

machine.py    cores and memory that the process may use;  workers.py  processes that end with their parent
cost.py       what a network's figures take, from its shapes;  batches.py  pairs in batches of that
compiling.py  loops compiled on the machine they run on;  memo.py  what is computed of an object, retained with it
steps.py      long work a step at a time;  interruption.py  it ends where nobody waits for it
program.py    what Clockwork is called where it runs;  version.py  its version
"""
