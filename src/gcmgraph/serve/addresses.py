"""Addresses of documents: one for each IRI, and which IRIs an address may mean.

The document of a thing of ours, ``{base}id/…``, stands at ``/doc/…``; that of a thing whose IRI
others made at ``/about/{host}/{path}``, where ``%3F`` and ``%23`` stand for the ``?`` and the ``#``
of the IRI; one that is not of the web, such as ``urn:isbn:1``, stands there whole. People and
programs spell one address in many ways; we read them all, ask the graph once which of the IRIs that
may be meant it knows, and lead to the one address of that IRI.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from gcmgraph.rdf import formats
from gcmgraph.rdf.terms import is_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: The kinds of addresses that this module reads.
IDENTIFIER: Final = "/id"
DOCUMENT: Final = "/doc"
ABOUT: Final = "/about"
GRAPH: Final = "/graph"

#: What of an IRI stands in a path as it is (RFC 3986 §3.3); the percent sign of an escape, too.
_IN_PATH: Final = "/:@!$&'()*+,;=~-._"

_UNRESERVED: Final = string.ascii_letters + string.digits + "-._~"
_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPES: Final = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)

_WEB: Final = re.compile(r"https?://(?=[^/?#])")
_PASTED: Final = re.compile(r"/https?:/+(?=[^/])", re.IGNORECASE)


class Reading(NamedTuple):
    """What an address may mean: a thing, and a format by its suffix."""

    iri: str
    suffix: str | None


def with_suffix(path: str, suffix: str | None) -> str:
    """Return the address of a document in one format; the suffix stands before a fragment."""
    if suffix is None:
        return path
    document, hash_, fragment = path.partition("#")
    return f"{document}.{suffix.lower()}{hash_}{fragment}"


def normal(path: str) -> str:
    """Take away the escapes that mean nothing (RFC 3986 §6.2.2)."""

    def plain(match: re.Match[str]) -> str:
        character = chr(int(match[0][1:], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(plain, path)


def tidy(path: str) -> str:
    """Return a path with one slash between segments, and none around."""
    return re.sub("/+", "/", path).strip("/")


class Addresses:
    """The addresses of a release's things; ``base`` is the IRI below which ours lie."""

    def __init__(self, base: str) -> None:
        self._base = base

    def is_ours(self, iri: str) -> bool:
        """Say whether an IRI is one of the release's own."""
        return iri.startswith(self._base)

    def identifier(self, iri: str) -> str:
        """Return the address that an IRI of ours has on this server."""
        path, hash_, fragment = iri.removeprefix(self._base).partition("#")
        return "/" + _written(path) + hash_ + quote(fragment, safe=_IN_PATH + "?%")

    def document(self, iri: str) -> str:
        """Return where the document of a thing stands."""
        if self.is_ours(iri):
            path = self.identifier(iri)
            return DOCUMENT + path.removeprefix("/id") if path.startswith("/id/") else path
        web = _WEB.match(iri)
        return f"{ABOUT}/{_written(iri[web.end() :] if web else iri)}"

    def readings(self, tail: str, root: str) -> list[Reading]:
        """Return what a path may mean of which ``tail`` follows ``root``, the likeliest first.

        The empty root is that of the server, below which things of ours stand that are not in
        ``id/``.

        An IRI that ends like a file's name comes before a shorter one with a suffix, what was sent
        before what it may have been meant to be, and ``http`` before ``https``.
        """
        spell = _about if root == ABOUT else _ours
        if root == ABOUT:
            starts: tuple[str, ...] = ("http://", "https://", "")
        else:
            starts = (f"{self._base}id/" if root else self._base,)
        found = (
            Reading(start + reading, suffix)
            for spelt in dict.fromkeys([*spell(tail), *spell(normal(tail))])
            for name, suffix in _names(spelt, has_suffix=root != IDENTIFIER)
            for reading in _readings(name)
            for start in starts
        )
        # Parts of a thing of ours are told of in its own document.
        return [
            reading
            for reading in dict.fromkeys(found)
            if is_iri(reading.iri) and (root == ABOUT or "#" not in reading.iri)
        ]


def _ours(tail: str) -> Iterator[str]:
    """Give the spellings of what follows ``/id`` or ``/doc``."""
    yield tail[1:]
    yield tidy(tail)


def _about(tail: str) -> Iterator[str]:
    """Give the spellings of what follows ``/about``: in IRIs of others each slash counts.

    The last is for an IRI that stands there whole.
    """
    host, slash, path = _PASTED.sub("/", tail, count=1)[1:].partition("/")
    for name in (host, host.lower()):
        yield name + slash + path
        yield tidy(name + slash + path)
        yield tidy(name + slash + path) + "/"
    yield tail[1:]


def _names(tail: str, *, has_suffix: bool) -> Iterator[tuple[str, str | None]]:
    yield tail, None
    stem, suffix = formats.split_suffix(tail)
    if has_suffix and suffix is not None:
        yield stem, suffix


def _written(text: str) -> str:
    """Write a part of an IRI into a path, so that it is read as that part."""
    path = quote(text, safe=_IN_PATH + "%")
    return path if text in _readings(path) else quote(text, safe=_IN_PATH)


def _readings(path: str) -> Iterable[str]:
    """Return the parts of IRIs that a part of a path may mean.

    An IRI has letters of any script, or their escapes; ``?`` and ``#``, or theirs. Only what is
    escaped where no escape was needed is what was escaped.
    """
    letters = _ESCAPES.sub(_letters, path)
    meant = [_marks(letters), letters, _marks(path), path]
    try:
        whole = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        pass
    else:
        if quote(whole, safe=_IN_PATH) == path:
            meant.append(whole)
    return dict.fromkeys(meant)


def _letters(match: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(match[0]).decode()
    except UnicodeDecodeError:
        return match[0]


def _marks(text: str) -> str:
    return re.sub("%3F", "?", text, flags=re.IGNORECASE).replace("%23", "#")
