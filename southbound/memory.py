"""How the process gives memory back, which matters to one that runs for months."""

from __future__ import annotations

import ctypes
from contextlib import suppress

# Of glibc's malloc.h.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE_BYTES = 1024 * 1024
_N_ARENAS = 2


def give_back_large_blocks() -> None:
    """Have large blocks of memory returned as soon as they are freed, where the C library is glibc.

    By default it learns from each large block to keep such blocks for later, for each thread: after a few
    feeds of some megabytes the process holds several times what it needs (`tests/bench/polling.py --large
    12`). To be called before threads are started.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library, or none that can be asked
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        library.mallopt(_M_ARENA_MAX, _N_ARENAS)
