"""Triple patterns as a query's text has them, told apart by the alternatives of their paths.

A path ``a|b`` is the union of what ``a`` and what ``b`` give (SPARQL 1.1 §18.4, Alternative), and
joins distribute over unions. So a pattern has the solutions of its *versions* together: the same
pattern, once with each path that has no alternatives. Below ``*``, ``+`` and ``?`` alternatives
stay, since what is found there counts once anyhow.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from gcmgraph.errors import UnsupportedQueryError
from gcmgraph.rdf.query_scan import is_iri_reference, is_name

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Characters that the versions of a pattern may have together.
_LARGEST: Final = 1 << 20


class Version(NamedTuple):
    """A pattern without alternatives, or a part of one.

    ``zero`` are its subject and object where the path between them may have length zero; of a path
    by itself, two empty texts.
    """

    text: str
    zero: tuple[str, str] | None = None


#: What a part is read as: the place of the token that follows, and its versions.
_Read: TypeAlias = tuple[int, list[Version]]


class TriplePatterns:
    """The triple patterns among the tokens of a query."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens

    def __getitem__(self, i: int) -> str:
        """Return a token, empty where there is none."""
        return self._tokens[i] if 0 <= i < len(self._tokens) else ""

    def at(self, i: int) -> tuple[int, list[list[Version]]] | None:
        """Read what has one subject (§19.8, TriplesSameSubjectPath): its end, and each pattern.

        ``None`` where something else stands. What ``[]`` or ``()`` joins is one pattern.

        Raises:
            UnsupportedQueryError: where alternatives multiply beyond measure.

        """
        subject = self._node(i)
        properties = subject and self._properties(subject[0])
        if not subject or not properties:
            return None
        end, patterns = properties
        if self[i] in ("[", "("):
            return end, [_together([subject[1], _together(patterns, " ; ")], " ")]
        name = subject[1][0].text
        return end, [
            [Version(f"{name} {text}", zero and (name, zero[1])) for text, zero in versions]
            for versions in patterns
        ]

    def _properties(self, i: int) -> tuple[int, list[list[Version]]] | None:
        """Read verbs and objects (PropertyListPath), each verb with each of its objects."""
        found: list[list[Version]] = []
        while (verb := self._verb(i)) is not None:
            i = verb[0]
            while (object_ := self._node(i)) is not None:
                found.append(_together([verb[1], object_[1]], " "))
                if self[i] not in ("[", "("):
                    term = object_[1][0].text
                    found[-1] = [
                        Version(version.text, path.zero and ("", term))
                        for version, path in zip(found[-1], verb[1], strict=True)
                    ]
                i = object_[0]
                if self[i] != ",":
                    break
                i += 1
            else:
                return None
            if self[i] != ";":
                return i, found
            while self[i] == ";":
                i += 1
        return i, found

    def _verb(self, i: int) -> _Read | None:
        return (i + 1, [Version(self[i])]) if is_variable(self[i]) else self._path(i)

    def _node(self, i: int) -> _Read | None:
        """Read a subject or object; of a term by itself there is one version."""
        if self[i] == "[":
            properties = self._properties(i + 1)
            if properties is None or self[properties[0]] != "]":
                return None
            return properties[0] + 1, _around("[{}]", _together(properties[1], " ; "))
        if self[i] == "(":
            members: list[list[Version]] = []
            i += 1
            while (member := self._node(i)) is not None:
                i = member[0]
                members.append(member[1])
            return (i + 1, _around("({})", _together(members, " "))) if self[i] == ")" else None
        token, end = self[i], i + 1
        if token[:1] in ('"', "'") and token:
            end += 2 if self[end] == "^^" else self[end].startswith("@")
        elif token in ("+", "-"):
            end += 1
        elif not (
            is_variable(token)
            or _is_iri(token)
            or token.lower() in ("true", "false")
            or token.lstrip(".")[:1].isdigit()
        ):
            return None
        return end, [Version("".join(self._tokens[i:end]))]

    def _path(self, i: int) -> _Read | None:
        found: list[Version] = []
        while (sequence := self._sequence(i)) is not None:
            i = sequence[0]
            found += sequence[1]
            if self[i] != "|":
                return i, found
            i += 1
        return None

    def _sequence(self, i: int) -> _Read | None:
        found: list[list[Version]] = []
        while (element := self._element(i)) is not None:
            i = element[0]
            found.append(element[1])
            if self[i] != "/":
                return i, _together(found, "/", is_path=True)
            i += 1
        return None

    def _element(self, i: int) -> _Read | None:
        form = "^{}" if self[i] == "^" else "{}"
        begin = i = i + (self[i] == "^")
        if self[i] == "(":
            inner = self._path(i + 1)
            if inner is None or self[inner[0]] != ")":
                return None
            end, versions = inner[0] + 1, _around("({})", inner[1])
        elif self[i] == "!":
            negated = self._negated(i + 1)
            if negated is None:
                return None
            end, versions = negated
        elif _is_predicate(self[i]):
            end, versions = i + 1, [Version(self[i])]
        else:
            return None
        if self[end] in ("?", "*", "+"):
            may_be_zero = self[end] != "+" or any(version.zero for version in versions)
            end += 1
            text = "".join(self._tokens[begin:end])
            versions = [Version(text, ("", "") if may_be_zero else None)]
        return end, _around(form, versions)

    def _negated(self, i: int) -> _Read | None:
        """Read what is negated; its two directions are alternatives (§18.2.2.4)."""
        found: dict[str, list[str]] = {}
        several = self[i] == "("
        i += several
        while True:
            inverse = "^" if self[i] == "^" else ""
            i += len(inverse)
            if not _is_predicate(self[i]):
                return None
            found.setdefault(inverse, []).append(inverse + self[i])
            i += 1
            if not several or self[i] != "|":
                break
            i += 1
        if several and self[i] != ")":
            return None
        return i + several, [Version(f"!({'|'.join(names)})") for names in found.values()]


def _around(form: str, versions: list[Version]) -> list[Version]:
    return [Version(form.format(text), zero) for text, zero in versions]


def _together(
    parts: list[list[Version]], separator: str, *, is_path: bool = False
) -> list[Version]:
    """Join each version of each part with each of the others; zero, as a path, where all are."""
    count = prod(map(len, parts))
    if count > 1 and count * sum(max(len(v.text) for v in part) for part in parts) > _LARGEST:
        raise UnsupportedQueryError(
            "The alternatives of a path, a|b, are too many where they meet in one pattern; write "
            "variables between them, as in ?x a|b ?y . ?y c|d ?z."
        )
    return [
        Version(
            separator.join(version.text for version in chosen),
            ("", "") if is_path and all(version.zero for version in chosen) else None,
        )
        for chosen in product(*parts)
    ]


def _is_iri(token: str) -> bool:
    return is_iri_reference(token) or (token != "" and is_name(token))


def _is_predicate(token: str) -> bool:
    return token in {"a"} or _is_iri(token)


def is_variable(token: str) -> bool:
    """Say whether a token is a variable."""
    return token[:1] in ("?", "$") and len(token) > 1
