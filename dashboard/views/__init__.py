"""The views of the lab: each shows one part of the circuit of one network, as trained or after surgery."""
