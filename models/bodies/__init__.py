"""What stands between the operand tables and the readout; never changed by surgery."""
