"""Transforms of tables: the only place that calls an FFT."""
