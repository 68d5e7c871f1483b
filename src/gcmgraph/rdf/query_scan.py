"""What a query's text shows without being parsed: its form, dataset, services and depth.

The text is cut by the terminals of the SPARQL 1.1 grammar (§19.8). The cut is linear in the
length of the text: every alternative is decided by its first characters and takes all it can.
It goes chunk by chunk, so that other threads have their turn while a long text is read.

The engine reads the same text without a tokenizer, and so accepts a few things that the standard
does not: ``SERVICEex:a``, ``trueSERVICE?x``, and ``(1<2)SERVICE?x#>`` where the standard sees an
IRI. Where the two readings differ, the facts takes the one in which a service is called: it may
refuse a strange query, and never lets a call through.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


class UndeclaredPrefix(NamedTuple):
    """A prefix that is used and not declared, with line and column counted from 1."""

    name: str
    line: int
    column: int


class Unsteady(NamedTuple):
    """A word by which the same query may have another answer the next time, and its line."""

    word: str
    line: int


class Service(NamedTuple):
    """A service that a query calls.

    ``written`` is its address as the text has it: an IRI, a prefixed name or a variable; empty
    where the text hides it. ``iri`` is the address itself where the text settles it.
    """

    written: str
    iri: str | None


#: How deeply brackets may stand within each other. No query that somebody means comes near; the
#: engine reads brackets by recursion, and some kinds in time that doubles with each level.
MOST_DEPTH: Final = 200

#: Places that may call a service, beyond which nobody looks at each.
_MANY: Final = 1000

#: Characters up to which a text is looked at for what only makes answers friendlier: a long one
#: is its own canonical text, and nobody searches it for prefixes without declaration.
_SHORT: Final = 1 << 16

_VOLATILE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})

_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)

# Groups are atomic, not possessive: Python before 3.11.5 goes back into possessive ones.
_LOCAL: Final = r":(?>(?: [\w\-:%\u00B7]++ | \\. | \.++(?=[\w\-:%\u00B7\\]) )*)"
_STRING: Final = r"""
    \"{3}(?>(?: [^"\\]++ | \\. | "(?!"") )*)\"{3}  |  '{3}(?>(?: [^'\\]++ | \\. | '(?!'') )*)'{3}
  | "(?!"")(?>(?: [^"\\\r\n]++ | \\. )*)"  |  ""(?!")
  | '(?!'')(?>(?: [^'\\\r\n]++ | \\. )*)'  |  ''(?!')
"""
_SPACE: Final = r"(?>(?: [ \t\r\n]++ | \#[^\r\n]*+ )*)"
# The frequent comes first. A string or IRI that does not end is taken up to where it would have
# to end, so that no text is looked at twice; the query is no query then, or one that only the
# engine's own reading allows.
_TOKEN: Final = rf"""
    [{{}}\[\];,*/+\-(=] | \.(?![0-9]) | \)(?!>>) | !=?+
  | [^\W\d_][\w\-.\u00B7]*+(?>(?: {_LOCAL} )?) | _(?: {_LOCAL} | [\w\-.\u00B7]*+ )
  | [?$]\w++
  | <(?>(?: [^<>"{{}}|^`\\\x00-\x20]++ | \\u[0-9A-Fa-f]{{4}} | \\U[0-9A-Fa-f]{{8}} )*)>
  | (?: [0-9]++(?>(?:\.[0-9]*+)?) | \.[0-9]++ )(?>(?: [eE][+-]?[0-9]++ )?)
  | {_LOCAL}
  | {_STRING}
  | (?: "{{3}} | '{{3}} ) .*+ | ["'] [^\r\n]*+
  | @[A-Za-z]++(?>(?:-[A-Za-z0-9]++)*)
  | <<\(? | \)>> | >> | [<>]= | && | \|\| | \^\^ | .
"""
_FLAGS: Final = re.VERBOSE | re.DOTALL
_TOKENS: Final = re.compile(rf"{_SPACE} ( {_TOKEN} )", _FLAGS)
_CHUNK: Final = re.compile(rf"(?>(?: {_SPACE} (?: {_TOKEN} ) ){{1,128}})", _FLAGS)
_WHOLE_STRING: Final = re.compile(_STRING, _FLAGS)

#: What a text in lower case must contain to be looked at more closely.
_WORDS: Final = ("service", "from", "now", "rand", "uuid", "bnode")
_KEYWORD: Final = re.compile("|".join(_WORDS), re.IGNORECASE)
_WORD_PART: Final = re.compile(r"\w+|[^\w]")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# No comparison: two slashes cannot follow a prefixed name.
_WITH_AUTHORITY: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_SERVICE_BEFORE_COMMENT: Final = re.compile(r"\)[^#]*service[^#]*#", re.IGNORECASE)

_STEP: Final = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}


def is_iri_reference(token: str) -> bool:
    """Say whether a token is an IRI in angle brackets, absolute or not."""
    return len(token) > 1 and token[0] == "<" and token[-1] == ">"


def is_name(token: str) -> bool:
    """Say whether a token is a prefixed name, or a blank node's label."""
    return ":" in token and (token[0] in ":_" or token[0].isalpha())


def is_word(token: str) -> bool:
    """Say whether a token is a keyword, or the name of a function."""
    return ":" not in token and (token[:1] == "_" or token[:1].isalpha())


def _is_torn(token: str) -> bool:
    return token[0] in "\"'" and not _WHOLE_STRING.fullmatch(token)


def _may_hold_comment(token: str) -> bool:
    """Say whether the engine could see a comment in a token, and so tell line ends apart."""
    if token[0] == "<":
        return "#" in token and not _WITH_AUTHORITY.match(token)
    return "#" in token and _is_torn(token)


def _has_keyword(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _WORDS)


class _Tokens:
    """The tokens of a text, and the places of those that say something of the whole query."""

    def __init__(self, text: str) -> None:
        self.all: list[str] = []
        self.keywords: list[int] = []
        #: How many brackets are open at most.
        self.depth = 0
        #: Where the last token ends.
        self.end = 0
        now = 0
        while self.depth <= MOST_DEPTH and (chunk := _CHUNK.match(text, self.end)):
            tokens = _TOKENS.findall(text, *chunk.span())
            steps = map(_STEP.__getitem__, filter(_STEP.__contains__, tokens))
            depths = list(accumulate(steps, initial=now))
            now, self.depth = depths[-1], max(self.depth, *depths)
            if _has_keyword(chunk[0]):
                self._split(tokens)
            else:
                self.all += tokens
            self.end = chunk.end()

    def _split(self, tokens: list[str]) -> None:
        for token in tokens:
            if not _KEYWORD.search(token):
                self.all.append(token)
                continue
            is_plain = token.isalpha() or not is_word(token)
            for part in (token,) if is_plain else _WORD_PART.findall(token):
                self.keywords.append(len(self.all))
                self.all.append(part)

    def __getitem__(self, position: int) -> str:
        return self.all[position] if 0 <= position < len(self.all) else ""

    def keyword(self, position: int) -> str:
        """Return the word at a place in capitals; empty where there is another token."""
        token = self[position]
        return token.upper() if is_word(token) else ""


class QueryFacts:
    """What the text of a query shows.

    ``form`` is ``None`` where the text is no query at all. ``default_graphs`` and
    ``named_graphs`` are the absolute IRIs of ``FROM`` and ``FROM NAMED``; ``services`` what it
    calls. ``depth`` is how deeply its brackets stand within each other; where it exceeds
    ``MOST_DEPTH``, the text has not been read to its end. ``canonical`` is the text
    with one space between its tokens and no comments: texts that differ in nothing else are one
    query. A text longer than 64 Ki characters stands for itself, and so does one in which the
    engine could see other comments than the standard does. ``volatile`` says that the same
    query may have another answer the next time: it calls a service, or one of ``NOW``, ``RAND``,
    ``UUID``, ``STRUUID`` and ``BNODE``.
    """

    def __init__(self, text: str) -> None:
        reader = _Reader(text)
        self._text = text
        self._prefixes = frozenset(reader.prefixes)
        self._end = reader.tokens.end
        self.form: Final = reader.form
        self.default_graphs, self.named_graphs = reader.dataset()
        self.services: Final = reader.services()
        self.depth: Final = reader.tokens.depth
        self.volatile: Final = bool(self.services) or reader.is_volatile()
        is_plain = len(text) <= _SHORT and not any(map(_may_hold_comment, reader.tokens.all))
        self.canonical: Final = " ".join(reader.tokens.all) if is_plain else text

    @property
    def names_dataset(self) -> bool:
        """Whether the text has a dataset clause (§13.2)."""
        return bool(self.default_graphs or self.named_graphs)

    @cached_property
    def undeclared(self) -> UndeclaredPrefix | None:
        """The first prefix that is used and not declared; not looked for in a long text."""
        if len(self._text) > _SHORT:
            return None
        declares = False
        for token, start in tokens(self._text, self._end):
            was, declares = declares, token.upper() == "PREFIX"
            if was or not is_name(token):
                continue
            prefix = token.partition(":")[0]
            if prefix == "_" or prefix in self._prefixes:
                continue
            line_start = self._text.rfind("\n", 0, start) + 1
            line = self._text.count("\n", 0, start) + 1
            return UndeclaredPrefix(prefix, line, start - line_start + 1)
        return None

    @cached_property
    def unsteady(self) -> Unsteady | None:
        """The first word that makes a query volatile, in capitals; ``None`` where none does."""
        if not self.volatile:
            return None
        words = {"SERVICE", *_VOLATILE}
        for token, start in tokens(self._text, self._end):
            if (word := token.upper()) in words:
                return Unsteady(word, self._text.count("\n", 0, start) + 1)
        # A call that only the engine's own reading sees.
        return Unsteady("SERVICE", 1)


def tokens(text: str, end: int | None = None) -> Iterator[tuple[str, int]]:
    """Give the tokens of a text up to ``end``, each with the place where it begins."""
    for match in _TOKENS.finditer(text, 0, len(text) if end is None else end):
        yield match[1], match.start(1)


def scan(text: str) -> QueryFacts:
    """Read the facts of a query's text; never fails, whatever the text is."""
    return QueryFacts(text)


def unread(text: str) -> QueryFacts:
    """Return the facts of a text of our own, which nobody needs to look at."""
    facts = QueryFacts("")
    vars(facts)["canonical"] = text
    return facts


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = _Tokens(text)
        #: The IRI of each prefix, as written, and the bases at that place.
        self.prefixes: dict[str, tuple[str, _Base | None]] = {}
        self._base: _Base | None = None
        self._begin = self._prologue()

    def _prologue(self) -> int:
        """Read ``BASE`` and ``PREFIX`` and return where they end (§4.1.1)."""
        tokens, position = self.tokens, 0
        while True:
            keyword = tokens.keyword(position)
            if keyword == "BASE" and is_iri_reference(tokens[position + 1]):
                self._base = _Base(tokens[position + 1], self._base)
                position += 2
            elif (
                keyword == "PREFIX"
                and tokens[position + 1].endswith(":")
                and is_iri_reference(tokens[position + 2])
            ):
                self.prefixes[tokens[position + 1][:-1]] = (tokens[position + 2], self._base)
                position += 3
            else:
                return position

    @property
    def form(self) -> Form | None:
        keyword = self.tokens.keyword(self._begin)
        if keyword in _UPDATES:
            return Form.UPDATE
        return next((form for form in Form if form.value == keyword), None)

    def dataset(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Read ``FROM`` and ``FROM NAMED`` (§13.2); the word has no other use in a query."""
        default: dict[str, None] = {}
        named: dict[str, None] = {}
        for i in self.tokens.keywords:
            if i < self._begin or self.tokens.keyword(i) != "FROM":
                continue
            follows_named = self.tokens.keyword(i + 1) == "NAMED"
            graph = self.tokens[i + 2 if follows_named else i + 1]
            (named if follows_named else default)[graph] = None
        return self._resolve_all(default), self._resolve_all(named)

    def _resolve_all(self, tokens: Iterable[str]) -> tuple[str, ...]:
        found = (self._resolve(token) for token in tokens)
        return tuple(dict.fromkeys(iri for iri in found if iri is not None))

    def services(self) -> tuple[Service, ...]:
        """Find all that may call a service, in the standard's reading or in the engine's."""
        addresses: dict[str, None] = {}
        places = [i for i in self.tokens.keywords if "service" in self.tokens[i].lower()]
        if len(places) > _MANY:
            addresses[""] = None
        for i in places[:_MANY]:
            token = self.tokens[i]
            if self.tokens.keyword(i) == "SERVICE":
                silent = self.tokens.keyword(i + 1) == "SILENT"
                addresses[self.tokens[i + 2 if silent else i + 1]] = None
            elif (
                is_word(token)
                or _is_torn(token)
                or (is_iri_reference(token) and _SERVICE_BEFORE_COMMENT.search(token))
                or (is_name(token) and self._may_call_service(i))
            ):
                addresses[""] = None
        return tuple(Service(written, self._resolve(written)) for written in addresses)

    def _may_call_service(self, i: int) -> bool:
        """Say whether the engine could read this name as ``SERVICE`` and an address."""
        prefix = self.tokens[i].partition(":")[0]
        if "service" not in prefix.lower():
            return False
        if prefix not in self.prefixes:
            # In the prologue itself the name stands before its IRI.
            return self.tokens.keyword(i - 1) != "PREFIX"
        before = self.tokens.keyword(i - 1)
        return self.tokens[i + 1] == "{" and before not in ("GRAPH", "FROM", "NAMED")

    def is_volatile(self) -> bool:
        """Say whether a function is called that gives another value each time."""
        return any(self.tokens.keyword(i) in _VOLATILE for i in self.tokens.keywords)

    def _resolve(self, token: str) -> str | None:
        if not token:
            return None
        if is_iri_reference(token):
            return _resolved(token, self._base)
        if is_name(token):
            prefix, _, local = token.partition(":")
            if prefix in self.prefixes:
                return _resolved(*self.prefixes[prefix]) + re.sub(r"\\(.)", r"\1", local)
        return None


class _Base(NamedTuple):
    """A base as written, and the one before it. Resolved only where an IRI needs it."""

    written: str
    before: _Base | None


def _resolved(written: str, base: _Base | None) -> str:
    """Return an IRI reference that stands in ``<…>`` as an IRI (RFC 3986 §5)."""
    steps = [written]
    while base is not None:
        steps.append(base.written)
        base = base.before
    iri = ""
    for step in reversed(steps):
        reference = _ESCAPE.sub(lambda m: _character(m[1] or m[2]), step[1:-1])
        iri = urljoin(iri, reference) if iri else reference
    return iri


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
