"""What the engine answers otherwise than SPARQL 1.1 says, said so that it answers right.

The engine gives no error in these cases, but another answer or none. So a query's text is
rewritten before it is evaluated, where another text means exactly the same and comes out right:

- ``GROUP_CONCAT`` (§18.5.1.7) becomes an aggregate of our own: the engine's knows only strings.
- A path ``a|b`` is the union of both (§18.4, Alternative), and holds twice where both hold; the
  engine counts it once. So a pattern becomes the union of its versions (see ``triple_patterns``).
- A path that may have length zero holds between a term and itself, though no graph has the term
  (§18.4, ZeroLengthPath); the engine looks for it in the graph.
- ``GRAPH ?g { … }`` is the union of the pattern in each named graph (§18.6, Graph); the engine
  evaluates a subquery, ``MINUS``, ``VALUES`` or another ``GRAPH`` inside only once for all.

Where nothing can be said in other words, the query is refused: ``BNODE`` with an argument
(§17.4.2.9) gives one blank node for each solution, the engine's one for all; and an expression with
a number that the engine cannot hold is an error there, of which nobody would hear.

What stands inside of ``SERVICE`` is another engine's business and left alone.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import UnsupportedQueryError
from gcmgraph.rdf.query_scan import is_iri_reference, is_name, is_word, tokens
from gcmgraph.rdf.triple_patterns import TriplePatterns, Version, is_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gcmgraph.rdf.graphs import Term

#: Characters up to which a text may grow because a pattern is written once for each graph.
_LARGEST: Final = 1 << 20

#: What a text must hold to be looked at: the words, or a path's sign.
_SUSPECT: Final = re.compile(r"group_concat|bnode|graph|[*?](?!\w)|\||[0-9]{19}", re.IGNORECASE)
#: What the engine evaluates only once where it stands in ``GRAPH ?g { … }``.
_ONCE: Final = frozenset({"SELECT", "MINUS", "VALUES", "GRAPH"})

#: A number that the engine may be unable to hold.
_LARGE: Final = re.compile(r"(?=.*[0-9]{19})[+-]?(?:[0-9]+(\.[0-9]*)?|(\.[0-9]+))")

_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_CLOSING: Final = {")": "(", "}": "{", "]": "["}
#: What may stand around triple patterns with one subject.
_BEFORE: Final = frozenset("{.})")
_AFTER: Final = frozenset("{.}") | {
    "OPTIONAL", "FILTER", "BIND", "VALUES", "MINUS", "GRAPH", "SERVICE",
}  # fmt: skip


class Concatenation:
    """GROUP_CONCAT as SPARQL has it: the members' string forms, joined by a separator.

    The string form of an IRI is the IRI (as for ``STR``); the language of a text is dropped, since
    a simple literal comes out; with ``DISTINCT`` each *term* counts once. A blank node has no
    string form, so there is no answer, as after any other error.
    """

    def __init__(self, separator: str, *, distinct: bool) -> None:
        self._separator = separator
        self._seen: set[Term] | None = set() if distinct else None
        self._strings: list[str] | None = []

    def accumulate(self, element: Term) -> None:
        """Add a member."""
        if self._seen is not None:
            if element in self._seen:
                return
            self._seen.add(element)
        if not isinstance(element, ox.NamedNode | ox.Literal):
            self._strings = None
        elif self._strings is not None:
            self._strings.append(element.value)

    def finish(self) -> ox.Literal | None:
        """Return the whole; ``None``, an error, leaves the variable unbound."""
        return None if self._strings is None else ox.Literal(self._separator.join(self._strings))


class Rewriting:
    """The text of a query, rewritten, and the aggregates that it calls.

    ``graphs`` gives the names of the dataset's named graphs; ``holds`` says of a prologue and a
    term written under it whether the default graph has it.
    """

    def __init__(
        self,
        text: str,
        graphs: Callable[[], Iterable[ox.NamedNode | ox.BlankNode]],
        holds: Callable[[str, str], bool],
    ) -> None:
        self.text = text
        self.aggregates: dict[ox.NamedNode, Callable[[], ox.AggregateFunctionAccumulator]] = {}
        self._original = text
        self._graphs = graphs
        self._holds = holds
        if not _SUSPECT.search(text):
            return
        self._tokens: list[str] = []
        self._starts: list[int] = []
        for token, start in tokens(text):
            self._tokens.append(token)
            self._starts.append(start)
        self._words = [token.upper() if is_word(token) else "" for token in self._tokens]
        close = self._closings()
        begin = next((i for i, word in enumerate(self._words) if word in _FORMS), None)
        if begin is not None and close is not None:
            self._close = close
            self._prologue = text[: self._starts[begin]]
            self._triples = TriplePatterns(self._tokens)
            #: Where each blank node's label stands first and last.
            self._labels: dict[str, tuple[int, int]] = {}
            for i, token in enumerate(self._tokens):
                if token.startswith("_:"):
                    self._labels[token] = (self._labels.get(token, (i,))[0], i)
            self._one_graph = "GRAPH" not in self._words
            rewritten = self._part(begin, len(self._tokens))
            self.text = self._prologue + rewritten

    def _closings(self) -> dict[int, int] | None:
        """Return where each bracket is closed; ``None`` where one is not."""
        closing: dict[int, int] = {}
        open_: list[int] = []
        for i, token in enumerate(self._tokens):
            if token in ("(", "{", "["):
                open_.append(i)
            elif token in _CLOSING:
                if not open_ or self._tokens[open_[-1]] != _CLOSING[token]:
                    return None
                closing[open_.pop()] = i
        return None if open_ else closing

    def _token(self, i: int) -> str:
        return self._tokens[i] if 0 <= i < len(self._tokens) else ""

    def _written(self, begin: int, end: int) -> str:
        """Return the text of some tokens as it stands, with what separates it from the next."""
        starts = self._starts
        return self._original[starts[begin] : starts[end] if end < len(starts) else None]

    def _part(self, begin: int, end: int) -> str:
        out: list[str] = []
        i = begin
        while i < end:
            changed = self._changed(i)
            until, text = changed or (i + 1, self._written(i, i + 1))
            out.append(text)
            i = until
        return "".join(out)

    def _changed(self, i: int) -> tuple[int, str] | None:
        """Return what begins at a token and is to be changed: its end, and the new text."""
        match self._words[i]:
            case "SERVICE":
                group = i + 2 + (self._words[i + 1 : i + 2] == ["SILENT"])
                end = self._close.get(group, i) + 1
                return end, self._written(i, end)
            case "GROUP_CONCAT" if self._token(i + 1) == "(":
                return self._concatenation(i)
            case "BNODE" if self._token(i + 1) == "(" and self._token(i + 2) != ")":
                line = self._original.count("\n", 0, self._starts[i]) + 1
                raise UnsupportedQueryError(
                    f"Line {line}: BNODE with an argument is not known here; use BNODE(), or "
                    "build an IRI with IRI(CONCAT(…))."
                )
            case "GRAPH" if self._token(i + 1)[:1] in ("?", "$") and self._token(i + 2) == "{":
                return self._each_graph(i)
            case _:
                self._require_held(i)
                return self._patterns(i)

    def _require_held(self, i: int) -> None:
        """Refuse a number that the engine cannot hold; as a term of a pattern it may stand."""
        token, datatype = self._tokens[i], ""
        number: str | None = token
        if token[0] in ('"', "'"):
            datatype = "^^" + self._token(i + 2) if self._token(i + 1) == "^^" else ""
            number = _string(token) if datatype else None
        large = _LARGE.fullmatch(number or "")
        if large is None:
            return
        small = "1.5" if large[1] or large[2] else "1"
        if datatype:
            small = f'"{small}"{datatype}'
        if self._is_number(small) and not self._is_number(token + datatype):
            line = self._original.count("\n", 0, self._starts[i]) + 1
            raise UnsupportedQueryError(
                f"Line {line}: {number} is too large to compute with (integers have 64 bits, "
                "decimals 18 digits after the point); compare STR(…) with a text, or ask for the "
                "number in a triple pattern."
            )

    def _is_number(self, literal: str) -> bool:
        text = f"{self._prologue} ASK {{ FILTER(isNumeric({literal})) }}"
        try:
            return bool(ox.Store().query(text))
        except SyntaxError:
            return False

    def _concatenation(self, i: int) -> tuple[int, str] | None:
        close = self._close[i + 1]
        distinct = self._words[i + 2] == "DISTINCT"
        begin, end = i + 2 + distinct, close
        separator: str | None = " "
        if self._words[close - 3] == "SEPARATOR" and self._tokens[close - 4] == ";":
            end = close - 4
            separator = _string(self._tokens[close - 1])
        if separator is None:
            return None
        name = ox.NamedNode(f"urn:x-engine:concatenation:{len(self.aggregates)}")
        self.aggregates[name] = partial(Concatenation, separator, distinct=distinct)
        return close + 1, f"{name}({self._part(begin, end)}) "

    def _each_graph(self, i: int) -> tuple[int, str] | None:
        variable, close = self._tokens[i + 1], self._close[i + 2]
        pattern = self._part(i + 2, close + 1)
        # Words of the language: an IRI, a text or a variable may be called as they are.
        if _ONCE.isdisjoint(token.upper() for token, _ in tokens(pattern) if is_word(token)):
            return close + 1, f"GRAPH {variable} {pattern}"
        line = self._original.count("\n", 0, self._starts[i]) + 1
        if any(token.startswith("_:") for token in self._tokens[i + 2 : close]):
            raise UnsupportedQueryError(
                f"Line {line}: blank nodes inside of GRAPH {variable} cannot have labels here; "
                "write variables instead, or name the graph."
            )
        graphs = list(self._graphs())
        if len(graphs) * len(pattern) > _LARGEST:
            raise UnsupportedQueryError(
                f"Line {line}: what stands inside of GRAPH {variable} is too long for "
                f"{len(graphs)} graphs; name the graph."
            )
        each = [
            f"{{ GRAPH {graph} {pattern} VALUES {variable} {{ {graph} }} }}" for graph in graphs
        ] or [f"{{ GRAPH {variable} {pattern} FILTER(false) }}"]
        return close + 1, f"{{ {' UNION '.join(each)} }} "

    def _patterns(self, i: int) -> tuple[int, str] | None:
        """Write triple patterns as unions, where their paths have alternatives or length zero."""
        if i and self._tokens[i - 1] not in _BEFORE:
            return None
        found = self._triples.at(i)
        if found is None or self._triples[found[0]].upper() not in _AFTER:
            return None
        end, patterns = found
        each = [
            [text for version in pattern for text in self._ways(version)] for pattern in patterns
        ]
        if all(len(ways) == 1 for ways in each):
            return (end, self._written(i, end)) if each else None
        for label, (first, last) in self._labels.items():
            if first < end and last >= i:
                line = self._original.count("\n", 0, self._starts[i]) + 1
                raise UnsupportedQueryError(
                    f"Line {line}: {label} cannot stand beside this path here; write a variable "
                    "instead."
                )
        return end, "".join(
            f"{ways[0]} . " if len(ways) == 1 else f"{{ {{ {' } UNION { '.join(ways)} }} }} "
            for ways in sorted(each, key=lambda ways: len(ways) > 1)
        )

    def _ways(self, version: Version) -> Iterable[str]:
        """Give a pattern, and what it gives besides where its path has length zero."""
        yield version.text
        if version.zero is None:
            return
        subject, object_ = version.zero
        if not (_is_node(subject) and _is_node(object_)):
            return
        if is_variable(subject) == is_variable(object_) and subject != object_:
            return
        term, other = (object_, subject) if is_variable(subject) else (subject, object_)
        if is_variable(term) or (self._one_graph and self._holds(self._prologue, term)):
            return
        same = f"VALUES {other} {{ {term} }}" if is_variable(other) else ""
        yield f"{same} FILTER NOT EXISTS {occurrence(term)}"


def occurrence(term: str) -> str:
    """Return the pattern that a term has a place in the graph."""
    return f"{{ {{ {term} ?_p ?_o }} UNION {{ ?_s ?_p {term} }} }}"


def _is_node(token: str) -> bool:
    if token.startswith("_:"):
        return False
    return is_variable(token) or is_iri_reference(token) or is_name(token)


def _string(written: str) -> str | None:
    """Return the characters of a string literal, which Turtle writes as SPARQL does (§19.7)."""
    try:
        triple = next(iter(ox.parse(f"<x:> <x:> {written} .", format=ox.RdfFormat.TURTLE)))
    except SyntaxError:
        return None
    return triple.object.value if isinstance(triple.object, ox.Literal) else None
