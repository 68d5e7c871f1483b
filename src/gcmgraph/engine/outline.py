"""What a query's text shows without being parsed: its form, dataset, prefixes and services.

The text is cut by the terminals of the SPARQL 1.1 grammar (§19.8). The cut is linear in the
length of the text: every alternative is decided by its first characters and takes all it can.

The engine reads the same text without a tokenizer, and so accepts a few things that the standard
does not: ``SERVICEex:a``, ``trueSERVICE?x``, and ``(1<2)SERVICE?x#>`` where the standard sees an
IRI. Where the two readings differ, the outline takes the one in which a service is called: it may
refuse a strange query, and never lets a call through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Iterator


class Form(Enum):
    """The query forms of SPARQL 1.1 §16, and all that is an update."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"
    UPDATE = "UPDATE"

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph, rather than solutions or a truth value."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


@dataclass(frozen=True, slots=True)
class UndeclaredPrefix:
    """A prefix that is used and not declared, with line and column counted from 1."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What the text of a query shows.

    ``form`` is ``None`` where the text is no query at all. ``default_graphs`` and
    ``named_graphs`` are the absolute IRIs of ``FROM`` and ``FROM NAMED``. ``services`` are the
    addresses of ``SERVICE`` as written (an IRI, a prefixed name or a variable; empty where the
    text hides it). ``canonical`` is the text with one space between its tokens and no comments:
    texts that differ in nothing else are one query. ``volatile`` says that the same query may
    have another answer the next time (``NOW``, ``RAND``, ``UUID``, ``STRUUID``, ``BNODE``).
    """

    form: Form | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    services: tuple[str, ...]
    prefixes: dict[str, str]
    undeclared: UndeclaredPrefix | None
    canonical: str
    volatile: bool

    @property
    def names_dataset(self) -> bool:
        """Whether the text has a dataset clause (§13.2)."""
        return bool(self.default_graphs or self.named_graphs)


_VOLATILE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})

_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)

# A string or IRI that does not end is taken up to where it would have to end, so that no text is
# looked at twice; the query is no query then, or one that only the engine's own reading allows.
_TOKEN: Final = re.compile(
    r"""
      (?P<space>    [ \t\r\n]++ | \#[^\r\n]*+ )
    | (?P<iri>      <(?: [^<>"{}|^`\\\x00-\x20] | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} )*+> )
    | (?P<string>   \"{3}(?: [^"\\] | \\. | "(?!"") )*+\"{3}
                  | '{3}(?: [^'\\] | \\. | '(?!'') )*+'{3}
                  | "(?!"")(?: [^"\\\r\n] | \\. )*+"  |  ""(?!")
                  | '(?!'')(?: [^'\\\r\n] | \\. )*+'  |  ''(?!') )
    | (?P<torn>     (?: "{3} | '{3} ) .*+  |  ["'] [^\r\n]*+ )
    | (?P<variable> [?$]\w++ )
    | (?P<tag>      @[A-Za-z]++(?:-[A-Za-z0-9]++)*+ )
    | (?P<number>   (?: [0-9]++(?:\.[0-9]*+)?+ | \.[0-9]++ )(?: [eE][+-]?[0-9]++ )?+ )
    | (?P<name>     (?: [^\W\d_][\w\-.\u00B7]*+ | _(?=:) )?+ :(?: [\w\-.:%\u00B7] | \\. )*+ )
    | (?P<word>     [^\W\d][\w\-.\u00B7]*+ )
    | (?P<sign>     <<\(? | \)?>> | [<>!]= | && | \|\| | \^\^ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD_PART: Final = re.compile(r"\w+|[^\w]")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_HIDDEN_SERVICE: Final = re.compile(r"\)[^#]*service[^#]*#", re.IGNORECASE)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int

    @property
    def keyword(self) -> str:
        return self.text.upper() if self.kind == "word" else ""


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind == "word":
            for part in _WORD_PART.finditer(match[0]):
                start = match.start() + part.start()
                yield _Token("word" if part[0][0] not in ".-\u00b7" else "sign", part[0], start)
        elif kind == "name":
            # A name cannot end with a dot: that dot ends the triple.
            name = match[0].rstrip(".")
            yield _Token(kind, name, match.start())
            for i in range(len(match[0]) - len(name)):
                yield _Token("sign", ".", match.start() + len(name) + i)
        elif kind != "space":
            yield _Token(kind, match[0], match.start())


def outline_of(text: str) -> Outline:
    """Read the outline of a query's text; never fails, whatever the text is."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = text.lower()
        self.tokens = list(_tokens(text))
        self.prefixes: dict[str, str] = {}
        self.base = ""

    def read(self) -> Outline:
        position = self._prologue()
        form = self._form(position)
        default, named = self._dataset(position)
        return Outline(
            form=form,
            default_graphs=default,
            named_graphs=named,
            services=self._services(),
            prefixes=self.prefixes,
            undeclared=self._undeclared(position),
            canonical=" ".join(token.text for token in self.tokens),
            volatile=any(token.keyword in _VOLATILE for token in self.tokens),
        )

    def _token(self, position: int) -> _Token:
        if 0 <= position < len(self.tokens):
            return self.tokens[position]
        return _Token("end", "", len(self.text))

    def _prologue(self) -> int:
        """Read ``BASE`` and ``PREFIX`` and return where they end (§4.1.1)."""
        position = 0
        while True:
            keyword = self._token(position).keyword
            if keyword == "BASE" and self._token(position + 1).kind == "iri":
                self.base = self._iri(self._token(position + 1).text)
                position += 2
            elif (
                keyword == "PREFIX"
                and self._token(position + 1).text.endswith(":")
                and self._token(position + 2).kind == "iri"
            ):
                name = self._token(position + 1).text[:-1]
                self.prefixes[name] = self._iri(self._token(position + 2).text)
                position += 3
            else:
                return position

    def _form(self, position: int) -> Form | None:
        keyword = self._token(position).keyword
        if keyword in _UPDATES:
            return Form.UPDATE
        return next((form for form in Form if form.value == keyword), None)

    def _dataset(self, position: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Read ``FROM`` and ``FROM NAMED`` (§13.2); the word has no other use in a query."""
        default: list[str] = []
        named: list[str] = []
        if "from" not in self.lower:
            return (), ()
        for i in range(position, len(self.tokens)):
            if self.tokens[i].keyword != "FROM":
                continue
            follows_named = self._token(i + 1).keyword == "NAMED"
            graph = self._resolve(self._token(i + 2 if follows_named else i + 1))
            if graph is not None:
                (named if follows_named else default).append(graph)
        return tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named))

    def _resolve(self, token: _Token) -> str | None:
        if token.kind == "iri":
            return self._iri(token.text)
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix in self.prefixes:
                return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        return None

    def _iri(self, written: str) -> str:
        iri = _ESCAPE.sub(lambda m: _character(m[1] or m[2]), written[1:-1])
        return urljoin(self.base, iri) if self.base else iri

    def _services(self) -> tuple[str, ...]:
        found: list[str] = []
        if "service" not in self.lower:
            return ()
        for i, token in enumerate(self.tokens):
            lower = token.text.lower()
            if "service" not in lower:
                continue
            if token.keyword == "SERVICE":
                silent = self._token(i + 1).keyword == "SILENT"
                found.append(self._token(i + 2 if silent else i + 1).text)
            elif (
                token.kind in ("word", "torn")
                or (token.kind == "iri" and _HIDDEN_SERVICE.search(token.text))
                or (token.kind == "name" and self._hides_service(i))
            ):
                found.append("")
        return tuple(dict.fromkeys(found))

    def _hides_service(self, i: int) -> bool:
        """Say whether the engine could read this name as ``SERVICE`` and an address."""
        prefix = self.tokens[i].text.partition(":")[0]
        if "service" not in prefix.lower():
            return False
        if prefix not in self.prefixes:
            # In the prologue itself the name stands before its IRI.
            return self._token(i - 1).keyword != "PREFIX"
        before = self._token(i - 1).keyword
        return self._token(i + 1).text == "{" and before not in ("GRAPH", "FROM", "NAMED")

    def _undeclared(self, position: int) -> UndeclaredPrefix | None:
        for token in self.tokens[position:]:
            if token.kind != "name":
                continue
            prefix = token.text.partition(":")[0]
            if prefix == "_" or prefix in self.prefixes:
                continue
            line_start = self.text.rfind("\n", 0, token.start) + 1
            line = self.text.count("\n", 0, token.start) + 1
            return UndeclaredPrefix(prefix, line, token.start - line_start + 1)
        return None


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
