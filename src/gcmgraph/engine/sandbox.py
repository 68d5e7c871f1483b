"""What a worker can do to the machine: as little as the kernel lets us say.

Linux; where the kernel does not know a measure, it is left out.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_OOM_FIRST: Final = "1000"

# Loaded before any fork, so that a worker opens nothing.
_LIBC: Final = ctypes.CDLL(None)


def address_space() -> int:
    """Return the bytes of address space that this process has."""
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        return pages * resource.getpagesize()
    return 0


def starvations() -> int:
    """Return how many processes the kernel has killed for want of memory since it started."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/vmstat").read_text("ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def thread_count() -> int:
    """Return how many threads this process has; forking is safe with one."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - no Path per thread
    except OSError:
        return 1


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent dies."""
    with contextlib.suppress(AttributeError):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def restrict(memory: int, result_bytes: int, descriptors: int) -> None:
    """Limit this process for good.

    ``memory`` is in bytes beyond what the process has now, ``result_bytes`` the largest file it
    may write, ``descriptors`` how many files and sockets it may have open.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_FIRST, "ascii")
    now = address_space()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, result_bytes)
    if now:
        _limit(resource.RLIMIT_AS, now + memory)
    # Reaching the size limit is to be an error of writing, which names it, and no death.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _limit(resource.RLIMIT_NOFILE, descriptors)


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))
