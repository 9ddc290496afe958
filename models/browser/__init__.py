"""What the browser's kernel (assets/kernel/kernel.c) is sent, and how its memory is laid out.

layout.py     the kernel's network, field by field, and its bounds: the one place where they are written
generated.py  the same for C and for JavaScript;  __main__.py writes both (`make layout`)
live.py       a network as the kernel takes it
"""
