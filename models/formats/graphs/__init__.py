"""Networks in graphs of operators (ONNX): where their table and their unembedding are, and how they are written back.

find.py    what the operators tell without computing: candidates for the table, the unembedding, neurons
feeds.py   how a sequence of tokens may be given to a graph
probe.py   a first pass: which rows the operands are, how much a pair takes, which classes there are
check.py   a second pass: each pair has values of its own
write.py   the graph with another table and another unembedding
"""
