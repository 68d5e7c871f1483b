"""The one adapter to SHACL engines: a graph and shapes in, violations out.

``validate`` is pyshifty, which takes a large graph in seconds; ``reference_validate`` is pySHACL,
the reference, some hundred times slower. ``compare`` names where they differ: two engines that
agree are the nearest thing to proof, and a difference is a fault to be found before a release.

Only the graph itself is judged: nothing is inferred by an engine, and shapes are no data.

Both engines are imported when first used: that takes a third of a second.
"""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcmgraph.errors import ValidationError
from gcmgraph.rdf.namespaces import SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import rdflib
    from rdflib.term import Node


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One result of a validation (SHACL, 3.6).

    IRIs stand bare, blank nodes as ``_:``, literals as in N-Triples; ``value`` is empty where there
    is none, and ``path`` where it is no single property.
    """

    focus: str
    shape: str
    component: str
    value: str = ""
    severity: str = ""
    message: str = ""
    path: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What two engines must agree on; messages and the text of paths are their own."""
        return (self.focus, self.shape, self.component, self.value)


def validate(data: bytes, shapes: bytes) -> list[Violation]:
    """Validate N-Triples against shapes in Turtle or N-Triples, and return what is wrong, sorted.

    Raises:
        ValidationError: where the engine does not support something in the shapes.

    """
    with literals_as_written():
        return _violations(fast_report(data, shapes))


def reference_validate(data: bytes, shapes: bytes) -> list[Violation]:
    """Do what ``validate`` does with the reference engine.

    Raises:
        ValidationError: where the engine cannot decide; what it cannot judge is not released.

    """
    with literals_as_written():
        return _violations(reference_report(data, shapes))


@contextmanager
def literals_as_written() -> Iterator[None]:
    """Keep rdflib from rewriting literals as it reads them.

    It would make “false” of an ill-typed ``"none"^^xsd:boolean``, so that a wrong value looks
    right; and it logs a traceback for each that it cannot read. The switches are the whole
    process's; a build has one thread.
    """
    import rdflib

    log = logging.getLogger("rdflib.term")
    before, disabled = rdflib.NORMALIZE_LITERALS, log.disabled
    rdflib.NORMALIZE_LITERALS, log.disabled = False, True
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS, log.disabled = before, disabled


def reference_reads(value: str) -> bool:
    """Say whether the reference engine, which is rdflib's, can read a literal as N-Triples have it.

    Of the years that XSD allows, it knows those from 1 to 9999.
    """
    import rdflib

    with literals_as_written():
        literal = rdflib.util.from_n3(value)
        return not (isinstance(literal, rdflib.Literal) and literal.ill_typed)


def compare(first: Iterable[Violation], second: Iterable[Violation]) -> list[Violation]:
    """Return the violations that only one of two engines found, sorted."""
    ours, theirs = list(first), list(second)
    differing = {v.key for v in ours} ^ {v.key for v in theirs}
    return sorted({v.key: v for v in (*ours, *theirs) if v.key in differing}.values())


def fast_report(data: bytes, shapes: bytes) -> rdflib.Graph:
    """Return pyshifty's validation report.

    Raises:
        ValidationError: where it does not support something in the shapes.

    """
    import shifty

    with warnings.catch_warnings():
        warnings.simplefilter("error", shifty.ShaclDiagnosticWarning)
        try:
            _, report, _ = shifty.validate(
                data,
                shapes,
                graph_mode="data",
                infer=False,
                on_unsupported="error",
            )
        except (ValueError, RuntimeError, shifty.ShaclDiagnosticWarning) as error:
            raise ValidationError(f"The shapes cannot be used: {_first_line(error)}.") from None
    return report


def reference_report(data: bytes, shapes: bytes) -> rdflib.Graph:
    """Return pySHACL's validation report.

    Raises:
        ValidationError: where it raises, as it does on some ill-typed literals.

    """
    import pyshacl
    import rdflib

    # pySHACL changes the graphs it is given, so both are parsed anew each time.
    data_graph, shapes_graph = _parse(data), _parse(shapes)
    # It tells its own log of every exception that it then raises.
    log = logging.getLogger("gcmgraph.pyshacl")
    log.setLevel(logging.CRITICAL)
    try:
        _, report, text = pyshacl.validate(
            data_graph,
            shacl_graph=shapes_graph,
            inference="none",
            advanced=False,
            meta_shacl=False,
            inplace=True,
            do_owl_imports=False,
            logger=log,
        )
    # Whatever it raises on somebody's input is a verdict on that input, not a fault of ours.
    except Exception as error:
        raise ValidationError(
            f"The reference engine cannot judge the graph: {_first_line(error)}."
        ) from error
    if not isinstance(report, rdflib.Graph):
        raise ValidationError(f"The reference engine cannot judge the graph: {_first_line(text)}.")
    return report


def _parse(data: bytes) -> rdflib.Graph:
    import rdflib

    return rdflib.Graph().parse(data=data, format="turtle")


def _violations(report: rdflib.Graph) -> list[Violation]:
    from rdflib import BNode, URIRef

    results = list(report.objects(None, URIRef(SH.result)))
    if not results:
        return []

    def text(node: Node | None) -> str:
        if node is None:
            return ""
        if isinstance(node, BNode):
            # Each engine labels blank nodes as it likes.
            return "_:"
        return str(node) if isinstance(node, URIRef) else node.n3()

    found = set()
    for result in results:
        shape = report.value(result, URIRef(SH.sourceShape))
        path = report.value(result, URIRef(SH.resultPath))
        found.add(
            Violation(
                focus=text(report.value(result, URIRef(SH.focusNode))),
                shape=text(shape),
                component=text(report.value(result, URIRef(SH.sourceConstraintComponent))),
                value=text(report.value(result, URIRef(SH.value))),
                severity=text(report.value(result, URIRef(SH.resultSeverity))),
                message=_message(report.objects(result, URIRef(SH.resultMessage))),
                path=text(path) if isinstance(path, URIRef) else "",
            )
        )
    return sorted(found)


def _message(messages: Iterable[Node]) -> str:
    """Return the English message, else the one without a language, else any, always the same."""

    def rank(message: Node) -> tuple[int, str]:
        language = getattr(message, "language", None)
        return ({"en": 0, None: 1}.get(language, 2), str(message))

    return " ".join(str(min(messages, key=rank, default="")).split())


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")
