"""The garbage collector held off while much is built that has no cycles: it would walk all of it again and again as it grows.

Knows nothing of provisions.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_off() -> Iterator[None]:
    """No automatic collection inside; reference counting frees what is dropped as ever. May be nested."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
