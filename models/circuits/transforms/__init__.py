"""Transforms of tables: the only place that calls an FFT.

fourier.py     over the numbers mod p
characters.py  over any finite abelian group
wavelet.py     over the numbers mod p, by frequency and by place
"""
