"""Where a text is no query, and what could have stood there, in words.

The engine gives a line and a column, and what it expected there: keywords, signs, classes of
characters, and now and then a sentence about what is wrong. A keyword is expected where it would
*end*, however, so that the place is up to a keyword's length behind the fault, and of all
keywords only those of one length are named. So the text is asked about again, cut off:

- It went well up to a place when the text up to there, and then nothing but spaces, only lacks
  more. The fault is behind the last such place.
- What could follow is asked with fillers of all the lengths that keywords have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from gcmgraph.errors import QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable

_MESSAGE: Final = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", re.DOTALL)
_ITEM: Final = re.compile(
    r"""
      "(?P<sign> (?: [^"\\] | \\. )+ )"
    | \[ (?P<characters> (?: '(?:[^'\\]|\\[^']*)' | '\\'' | [^'\]] )* ) \]
    | (?P<words> [^,\["]+ )
    """,
    re.VERBOSE,
)
_SENTENCE: Final = re.compile(r"[A-Z]\S* \S.*")

#: The length of the longest keyword, ``ENCODE_FOR_URI``.
_LONGEST: Final = 14

#: More than any keyword, so that none that would begin in the text could end behind them.
_SPACES: Final = " " * 2 * _LONGEST

#: No query has this character outside of strings, IRIs and comments.
_FILLER: Final = "\x02"

#: Longer texts are not asked about again.
_LARGEST: Final = 1 << 16

#: What the engine understands and SPARQL 1.1 does not: a query that works here works elsewhere.
_ELSEWHERE_UNKNOWN: Final = frozenset(
    [
        "ADJUST",
        "LANGDIR",
        "LATERAL",
        "OBJECT",
        "PREDICATE",
        "STRLANGDIR",
        "SUBJECT",
        "TRIPLE",
        "VERSION",
        "<<",
        "<<(",
        "hasLang",
        "hasLangDir",
        "isTriple",
    ]
)

#: How many of the things expected a sentence names.
_MOST_NAMED: Final = 10


class _Complaint(NamedTuple):
    offset: int
    names: frozenset[str]
    sentence: str | None


def syntax_error(text: str, message: str, attempt: Callable[[str], str | None]) -> QuerySyntaxError:
    """Translate what the engine says of ``text``; ``attempt`` asks it about another text."""
    complaint = _read(text, message)
    if complaint is None:
        return QuerySyntaxError(f"This is no SPARQL query: {message}")
    offset, names, sentence = complaint
    if sentence is None and len(text) <= _LARGEST:
        offset = _fault(text, offset, attempt)
        names = _expected(text[:offset], attempt)
        if names == {">"} and text[offset : offset + 1] == ">":
            # The engine finds fault with an IRI where it ends, and does not say which.
            start = text.rfind("<", 0, offset)
            sentence = f"{text[start : offset + 1]} is no absolute IRI, and no BASE makes it one"
            offset = start
        offset += len(text[offset:]) - len(text[offset:].lstrip(" \t\r\n"))
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    where = f"Line {line}, column {column}"
    if sentence:
        return QuerySyntaxError(f"{where}: {sentence}.", line, column)
    # Words before signs: they say more.
    expected = tuple(sorted(names, key=lambda name: (not name[0].isalpha(), name)))
    reason = f"; expected {_either(expected)}" if expected else ""
    return QuerySyntaxError(f"{where}: this is no SPARQL query{reason}.", line, column, expected)


def _read(text: str, message: str) -> _Complaint | None:
    match = _MESSAGE.fullmatch(message)
    if match is None:
        return None
    start = 0
    for _ in range(int(match[1]) - 1):
        start = text.find("\n", start) + 1
    items = list(_ITEM.finditer(match[3]))
    words = [item["words"].strip() for item in items if item["words"]]
    sentence = next((said for said in words if _SENTENCE.fullmatch(said)), None)
    names = frozenset(name for item in items if (name := _name(item)))
    return _Complaint(start + int(match[2]) - 1, names, sentence)


def _fault(text: str, offset: int, attempt: Callable[[str], str | None]) -> int:
    """Return the last place up to which all went well."""
    for end in range(min(offset, len(text)), max(offset - _LONGEST, 0) - 1, -1):
        tried = text[:end] + _SPACES
        message = attempt(tried)
        complaint = _read(tried, message) if message is not None else None
        if complaint is None or complaint.sentence or complaint.offset >= len(tried):
            return end
    return offset


def _expected(text: str, attempt: Callable[[str], str | None]) -> frozenset[str]:
    """Return what could follow."""
    found: set[str] = set()
    for length in range(_LONGEST + 1):
        tried = f"{text}{_SPACES}{_FILLER * length}"
        message = attempt(tried)
        complaint = _read(tried, message) if message is not None else None
        if complaint and not complaint.sentence and complaint.offset == len(tried):
            found |= complaint.names
    return frozenset(found - _ELSEWHERE_UNKNOWN)


def _name(item: re.Match[str]) -> str | None:
    """Return what an item stands for; ``None`` where it says nothing."""
    if item["sign"]:
        return re.sub(r"\\(.)", r"\1", item["sign"])
    if item["words"]:
        return item["words"].strip() or None
    characters = item["characters"]
    if "'a'" in characters:
        return "a name"
    return "a digit" if characters.replace(" ", "") == "'0'..='9'" else None


def _either(names: tuple[str, ...]) -> str:
    quoted = [name if " " in name else f"“{name}”" for name in names]
    if len(quoted) > _MOST_NAMED:
        return ", ".join(quoted[:_MOST_NAMED]) + " …"
    return " or ".join((", ".join(quoted[:-1]), quoted[-1]) if len(quoted) > 1 else quoted)
