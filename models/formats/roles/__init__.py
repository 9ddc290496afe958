"""What the tensors of a transformer are, found from the words in their names and from their shapes."""
