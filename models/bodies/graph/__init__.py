"""Networks that are given as a graph of operators (ONNX): computed by operators of our own over torch.

nodes.py        a graph as its file tells it
arithmetic.py   what operators ask of an arithmetic, and the plain one; enclosures/tensors.py has one with error bounds
operators/      what each operator computes: the white list
run.py          one forward pass, every allocation bounded before it is made
tokens.py       what is fed in place of tokens, and how the operands' rows take their places
plan.py         which nodes are computed, where tables are read, and which rows the unembedding reads
body.py         the body
"""
