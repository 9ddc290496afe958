"""What stands between the operand tables and the unembedding; never changed by surgery."""
