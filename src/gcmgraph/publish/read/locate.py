"""Where a thing's statement begins in the project's Turtle files.

RDF parsers forget lines, and a message without a line sends its reader searching. So the files are
read once more as text: names at the beginning of a line are where statements begin; other mentions
count where there is no such line. Comments and literals are passed over.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

if TYPE_CHECKING:
    from pathlib import Path

_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|(?P<directive>@?(?:prefix|base)\b[^<\n]*<[^>\n]*>)"
    r'|(?P<iri><[^<>"{}|^`\\\s]*>)'
    r"|(?P<blank>_:|\[|\()"
    r"|\#[^\n]*"
    r"|(?P<name>[^\W\d_]?[\w.-]*:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[^\w\s])*(?<!\.))",
    re.IGNORECASE,
)
_DIRECTIVE: Final = re.compile(r"@?(prefix|base)\s*([^\s:]*):?\s*<([^>]*)>", re.IGNORECASE)


class Locator:
    """Finds things in Turtle files; places are ``file:line``, relative to ``root``."""

    def __init__(self, root: Path, files: list[Path]) -> None:
        self._root = root
        self._files = files

    def locate(self, iri: str) -> str | None:
        """Return where the statement about ``iri`` begins, or its first mention, or ``None``."""
        beginnings, mentions = self._index
        return beginnings.get(iri) or mentions.get(iri)

    def mention(self, iri: str) -> str | None:
        """Return where ``iri`` is first mentioned, or ``None``."""
        return self._index[1].get(iri)

    @cached_property
    def _index(self) -> tuple[dict[str, str], dict[str, str]]:
        beginnings: dict[str, str] = {}
        mentions: dict[str, str] = {}
        for path in self._files:
            for iri, line, begins in _names(path.read_text("utf-8", errors="replace")):
                place = f"{relative(path, self._root)}:{line}"
                mentions.setdefault(iri, place)
                if begins:
                    beginnings.setdefault(iri, place)
        return beginnings, mentions


def relative(path: Path, root: Path) -> str:
    """Return ``path`` as people write it: below ``root`` where it lies there."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def first_blank_node(text: str) -> int | None:
    """Return the line of the first ``[``, ``(`` or ``_:`` of a Turtle text, counted from 1."""
    for match in _TOKEN.finditer(text):
        if match["blank"]:
            return text.count("\n", 0, match.start()) + 1
    return None


def _names(text: str) -> list[tuple[str, int, bool]]:
    """Return each IRI of a Turtle text with its line and whether it begins that line."""
    prefixes: dict[str, str] = {}
    base = ""
    found: list[tuple[str, int, bool]] = []
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        begins = match.start() == 0 or text[match.start() - 1] == "\n"
        if match["directive"]:
            if parts := _DIRECTIVE.match(match["directive"]):
                if parts[1].lower() == "base":
                    base = parts[3]
                else:
                    prefixes[parts[2]] = urljoin(base, parts[3])
        elif match["iri"]:
            found.append((urljoin(base, match["iri"][1:-1]), line, begins))
        elif match["name"]:
            prefix, _, local = match["name"].partition(":")
            if prefix in prefixes:
                iri = prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
                found.append((iri, line, begins))
    return found
