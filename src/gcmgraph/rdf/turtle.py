"""A second reader of Turtle, TriG, N-Triples and N-Quads, which knows where each statement stands.

The library's parser judges whether a file is Turtle, and forgets lines. This one reads what that
has accepted (RDF 1.1 Turtle §6.5, TriG §4.5): to say where a statement is written, and to read back
what the library wrote, since whoever writes a file cannot vouch for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import urljoin

import pyoxigraph as ox

from gcmgraph.rdf.namespaces import RDF, XSD
from gcmgraph.rdf.xml import NAME_REST, NAME_START

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from gcmgraph.rdf.graphs import Node, Term

_IRI: Final = r'<[^<>"{}|^`\s]*>'
_NAME: Final = (
    rf"(?:(?!_)[{NAME_START}][.{NAME_REST}]*(?<!\.))?:"
    rf"(?:[.:{NAME_REST}]|%[0-9A-Fa-f]{{2}}|\\[_~.!$&'()*+,;=/?#@%-])*(?<!\.)"
)
_TOKEN: Final = re.compile(
    r'(?P<text>"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*')"
    rf"(?:\s*@(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*)(?:--(?P<direction>ltr|rtl))?"
    rf"|\s*\^\^\s*(?P<datatype>{_IRI}|{_NAME}))?"
    r"|(?P<directive>@?(?:prefix|base)\b[^<\n]*<[^>\n]*>)"
    r"|(?P<novel><<\(?|\)?>>|\{\||\|\}|~|\bVERSION\b)"
    rf"|(?P<iri>{_IRI})"
    r"|(?P<comment>\#[^\n]*)"
    rf"|(?P<blank>_:[{NAME_START}0-9][.{NAME_REST}]*(?<!\.))"
    rf"|(?P<name>{_NAME})"
    r"|(?P<number>[+-]?(?:[0-9]+\.?[0-9]*[eE][+-]?[0-9]+|\.[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+"
    r"|[0-9]+))"
    r"|(?P<word>\b(?:a|true|false|GRAPH)\b)"
    r"|(?P<mark>[][(){}.;,])",
    re.IGNORECASE,
)
_DIRECTIVE: Final = re.compile(r"@?(prefix|base)\s*([^\s:]*):?\s*<([^>]*)>", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LOCAL_ESCAPE: Final = re.compile(r"\\([_~.!$&'()*+,;=/?#@%-])")
#: A line of N-Triples or N-Quads without blank nodes, as canonical ones are written.
_LINE: Final = re.compile(
    r"<([^>]*)> <([^>]*)> (?:<([^>]*)>|"
    r'"((?:[^"\\\r]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?)(?: <([^>]*)>)? \.'
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_ESCAPES: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_TYPE: Final = ox.NamedNode(RDF.type)
_FIRST: Final = ox.NamedNode(RDF.first)
_REST: Final = ox.NamedNode(RDF.rest)
_NIL: Final = ox.NamedNode(RDF.nil)


class Mention(NamedTuple):
    """An IRI in a text, its line counted from 1, and whether it begins that line."""

    iri: str
    line: int
    begins: bool


class Statement(NamedTuple):
    """A statement, and the line on which its object is written, counted from 1."""

    quad: ox.Quad
    line: int


def mentions(text: str) -> Iterator[Mention]:
    """Yield the IRIs of a text, in the order in which they stand; directives mention none."""
    for token in _tokens(text):
        if token.kind in ("iri", "name") and isinstance(token.value, ox.NamedNode):
            begins = token.start == 0 or text[token.start - 1] == "\n"
            yield Mention(token.value.value, token.line, begins)


def lines(text: str, *kinds: str) -> list[int]:
    """Return the lines on which tokens of some kinds stand, each once.

    Kinds are ``blank`` (a blank node, in any of its spellings), ``novel`` (a mark of RDF 1.2) and
    ``direction`` (a text with a base direction, of RDF 1.2 too).
    """
    return list(dict.fromkeys(token.line for token in _tokens(text) if token.kind in kinds))


def statements(text: str) -> Iterator[Statement]:
    """Yield what a text of Turtle or TriG states, in the order in which it stands.

    Raises:
        ValueError: where a term is none; the library's parser refuses such a text.

    """
    reader = _Reader()
    for token in _tokens(text):
        yield from reader.take(token.value, token.line)


class _Reader:
    """What is open while a text is read: a graph, a statement, the items of a list."""

    def __init__(self) -> None:
        self._graph: Node | ox.DefaultGraph = ox.DefaultGraph()
        self._subject: Node | None = None
        self._predicate: ox.NamedNode | None = None
        self._items: list[tuple[Term, int]] | None = None
        self._outer: list[
            tuple[Node | None, ox.NamedNode | None, list[tuple[Term, int]] | None]
        ] = []

    def take(self, value: Term | str, line: int) -> Iterator[Statement]:
        """Take a term or a mark, and yield what is stated with it."""
        if not isinstance(value, str):
            yield from self._add(value, line)
        elif value in "[(":
            self._outer.append((self._subject, self._predicate, self._items))
            self._subject = ox.BlankNode() if value == "[" else None
            self._predicate = None
            self._items = [] if value == "(" else None
        elif value in "])":
            node, items = self._subject, self._items
            self._subject, self._predicate, self._items = self._outer.pop()
            if items is not None:
                node = yield from self._list(items)
            yield from self._add(node or _NIL, line)
        elif value == "{":
            self._graph, self._subject = self._subject or ox.DefaultGraph(), None
        elif value == "}":
            self._graph, self._subject, self._predicate = ox.DefaultGraph(), None, None
        elif value == ".":
            self._subject = self._predicate = None
        elif value == ";":
            self._predicate = None

    def _add(self, term: Term, line: int) -> Iterator[Statement]:
        if self._items is not None:
            self._items.append((term, line))
        elif self._subject is None:
            self._subject = cast("Node", term)
        elif self._predicate is None:
            self._predicate = cast("ox.NamedNode", term)
        else:
            yield Statement(ox.Quad(self._subject, self._predicate, term, self._graph), line)

    def _list(self, items: list[tuple[Term, int]]) -> Generator[Statement, None, Node]:
        rest: Node = _NIL
        for item, line in reversed(items):
            node = ox.BlankNode()
            yield Statement(ox.Quad(node, _FIRST, item, self._graph), line)
            yield Statement(ox.Quad(node, _REST, rest, self._graph), line)
            rest = node
        return rest


def line_statements(text: str) -> Iterator[ox.Quad]:
    """Yield what the lines of N-Triples or N-Quads state.

    Raises:
        ValueError: where a line is none of theirs.

    """
    for line in text.split("\n")[:-1]:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"no statement: {line}")
        subject, predicate, iri, value, language, datatype, graph = match.groups()
        yield ox.Quad(
            ox.NamedNode(unescaped(subject)),
            ox.NamedNode(unescaped(predicate)),
            ox.NamedNode(unescaped(iri)) if iri else _literal(value, language, None, datatype),
            ox.NamedNode(unescaped(graph)) if graph else ox.DefaultGraph(),
        )


def unescaped(text: str) -> str:
    """Return a text with the characters that its escapes stand for (Turtle §6.4)."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _ESCAPES.get(m[3], m[3]), text
    )


class _Token(NamedTuple):
    """``value`` is a term, or the characters of a mark."""

    kind: str
    value: Term | str
    line: int
    start: int


def _tokens(text: str) -> Iterator[_Token]:
    names = _Names()
    line, seen, end = 1, 0, 0
    for match in _TOKEN.finditer(text):
        start = match.start()
        if start > end and not text[end:start].isspace():
            raise ValueError(f"no token of Turtle: {text[end:start].strip()}")
        line += text.count("\n", seen, start)
        seen, end = start, match.end()
        kind = "text" if match["text"] else match.lastgroup or ""
        if kind == "directive":
            names.declare(match[0])
        elif kind == "mark":
            yield _Token("blank" if match[0] in "[(" else kind, match[0], line, start)
        elif kind == "novel":
            yield _Token(kind, match[0], line, start)
        elif kind in _TERMS and (term := _TERMS[kind](match, names)) is not None:
            yield _Token("direction" if match["direction"] else kind, term, line, start)
    if text[end:].strip():
        raise ValueError(f"no token of Turtle: {text[end:].strip()}")


class _Names:
    """The base and the prefixes that a text has declared so far."""

    def __init__(self) -> None:
        self._base = ""
        self._prefixes: dict[str, str] = {}

    def declare(self, directive: str) -> None:
        """Take a directive."""
        if parts := _DIRECTIVE.match(directive):
            iri = self._resolved(unescaped(parts[3]))
            if parts[1].lower() == "base":
                self._base = iri
            else:
                self._prefixes[parts[2]] = iri

    def iri(self, written: str) -> ox.NamedNode | None:
        """Return the IRI that is written so, or ``None`` where its prefix is not declared."""
        if written.startswith("<"):
            return ox.NamedNode(self._resolved(unescaped(written[1:-1])))
        prefix, _, local = written.partition(":")
        if prefix not in self._prefixes:
            return None
        return ox.NamedNode(self._prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local))

    def _resolved(self, reference: str) -> str:
        if not self._base or _ABSOLUTE.match(reference):
            return reference
        # urljoin drops a fragment that is empty; a namespace often ends in one.
        return urljoin(self._base, reference) + ("#" if reference.endswith("#") else "")


def _text(match: re.Match[str], names: _Names) -> ox.Literal:
    quote = 3 if match["text"].startswith(('"""', "'''")) else 1
    datatype = names.iri(match["datatype"]) if match["datatype"] else None
    return _literal(
        match["text"][quote:-quote],
        match["language"],
        match["direction"],
        datatype.value if datatype else None,
    )


def _number(match: re.Match[str], _: _Names) -> ox.Literal:
    written = match[0]
    kind = XSD.double if "e" in written.lower() else XSD.decimal if "." in written else XSD.integer
    return ox.Literal(written, datatype=ox.NamedNode(kind))


def _word(match: re.Match[str], _: _Names) -> Term | None:
    if match[0].lower() == "graph":
        return None
    return _TYPE if match[0] == "a" else ox.Literal(match[0], datatype=ox.NamedNode(XSD.boolean))


#: How the terms of each kind are read.
_TERMS: Final[dict[str, Callable[[re.Match[str], _Names], Term | None]]] = {
    "text": _text,
    "iri": lambda match, names: names.iri(match[0]),
    "name": lambda match, names: names.iri(match[0]),
    "blank": lambda match, _: ox.BlankNode(match[0][2:]),
    "number": _number,
    "word": _word,
}


def _literal(
    escaped: str, language: str | None, direction: str | None, datatype: str | None
) -> ox.Literal:
    value = unescaped(escaped)
    if language:
        towards = ox.BaseDirection(direction) if direction else None
        return ox.Literal(value, language=language, direction=towards)
    return ox.Literal(value, datatype=ox.NamedNode(datatype) if datatype else None)
