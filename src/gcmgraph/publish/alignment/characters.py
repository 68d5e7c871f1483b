"""How two texts differ, character by character, by the names that Unicode gives them.

A hyphen that does not break a line looks like one that does; told by name, nobody looks twice.
"""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher
from typing import Final

#: Characters of one difference that are named; of longer ones, the words say more.
_NAMED: Final = 6


def differences(ours: str, theirs: str) -> list[str]:
    """Say for each place where ``theirs`` differs, and how; places count from 0 in ``ours``."""
    found = []
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for what, start, end, other_start, other_end in matcher.get_opcodes():
        here, there = ours[start:end], theirs[other_start:other_end]
        if what == "replace":
            found.append(f"at {start}: {named(here)} there is {named(there)}")
        elif what == "delete":
            found.append(f"at {start}: {named(here)} there is nothing")
        elif what == "insert":
            found.append(f"at {start}: nothing there is {named(there)}")
    return found


def named(text: str) -> str:
    """Return the names and code points of a few characters, or the words themselves."""
    if len(text) > _NAMED:
        return f"“{text}”"
    return " + ".join(f"{unicodedata.name(c, 'unnamed')} (U+{ord(c):04X})" for c in text)


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
