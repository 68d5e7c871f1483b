"""Evaluating one query on a store and writing its answer; happens in a worker."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import pyoxigraph as ox

from gcmgraph.engine.syntax import syntax_error
from gcmgraph.errors import EngineError, UnsupportedQueryError, UnwritableResultError
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import RDF_FORMATS
from gcmgraph.rdf.jsonld import Context
from gcmgraph.rdf.serialize import used_prefixes, write_jsonld
from gcmgraph.rdf.sparql import ask
from gcmgraph.rdf.xml import XmlOutput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_TRIPLE_FORMATS: Final = {f: RDF_FORMATS[f] for f in formats.TRIPLES}
RESULT_FORMATS: Final = {
    f: ox.QueryResultsFormat.from_media_type(f.media_type) for f in formats.RESULTS
}

#: How many triples are looked through for the prefixes that they use.
_LOOK_AHEAD: Final = 10_000

#: Where the merge of several default graphs stands while one query is evaluated; no release has
#: a graph of this name, and no query is given it among its named graphs.
_MERGE: Final = ox.NamedNode("urn:x-engine:merge")

# What XML calls an NCName, at the end of an IRI (Namespaces in XML 1.0 §3).
_QNAME_END: Final = re.compile(r"[^\W\d][\w.\-\u00B7]*\Z")

_UNKNOWN_FUNCTION: Final = re.compile(r"custom (?:aggregate )?function (<[^>]*>) is not supported")

_ARGUMENTS: Final = re.compile(r"custom function (<[^>]*>) requires .* but (\d+) were given")


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is asked: a text, a format, a dataset.

    ``default`` of ``None`` is the store's own default graph; ``named`` of ``None`` are all its
    named graphs.
    """

    text: str
    format: formats.Format
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Style:
    """How a release's graphs are written: with these prefixes, in the terms of this context."""

    prefixes: dict[str, str]
    context: Context | None = None

    @classmethod
    def read(cls, prefixes: dict[str, str], context: Path | None) -> Style:
        """Return the style with the context of that file.

        Raises:
            ReleaseError: where it is none.

        """
        return cls(prefixes, Context.read(json.loads(context.read_bytes())) if context else None)


def evaluate(store: ox.Store, task: Task, style: Style, output: BinaryIO) -> None:
    """Evaluate a task and write its whole answer.

    Raises:
        QuerySyntaxError: with line and column where the engine says them.
        UnsupportedQueryError: where the query uses something that the engine does not know.
        UnwritableResultError: where the format cannot hold the answer.
        EngineError: where the engine fails in another way.
        OSError: where writing fails.
        MemoryError: where memory ends; the process may also be aborted.

    """
    xml = XmlOutput(output) if task.format in (formats.RESULTS_XML, formats.RDFXML) else None
    output = cast("BinaryIO", xml) if xml else output
    try:
        results = ask(store, task.text, **_dataset(store, task))
        if isinstance(results, ox.QueryTriples):
            _write_graph(results, task, style, output)
        else:
            results.serialize(output, _format(RESULT_FORMATS, task))
    except SyntaxError as error:
        raise syntax_error(task.text, str(error), complaint) from None
    except (RuntimeError, ValueError, OSError) as error:
        if xml and xml.failure:
            raise xml.failure from None
        if isinstance(error, OSError):
            raise
        if match := _UNKNOWN_FUNCTION.search(str(error)):
            raise UnsupportedQueryError(
                f"The function {match[1]} is not known here; use those of SPARQL 1.1."
            ) from None
        if match := _ARGUMENTS.search(str(error)):
            raise UnsupportedQueryError(
                f"The function {match[1]} takes another number of arguments than {match[2]}."
            ) from None
        raise EngineError(f"The engine could not evaluate the query: {error}") from None


def _format(table: dict[formats.Format, Any], task: Task) -> Any:
    if task.format not in table:
        raise UnwritableResultError(f"{task.format.label} cannot hold the answer to this query.")
    return table[task.format]


def _dataset(store: ox.Store, task: Task) -> dict[str, Any]:
    """Return the dataset as the engine takes it.

    The engine reads several default graphs one after the other, so that a triple of two graphs
    comes twice; the standard wants their merge (§13.1), in which it stands once.
    """
    arguments: dict[str, Any] = {}
    if task.named is not None:
        arguments["named_graphs"] = [ox.NamedNode(iri) for iri in task.named]
    if task.default is None:
        return arguments
    default = [ox.NamedNode(iri) for iri in task.default]
    if len(default) > 1:
        for graph in default:
            store.extend(
                ox.Quad(quad.subject, quad.predicate, quad.object, _MERGE)
                for quad in store.quads_for_pattern(None, None, None, graph)
            )
        default = [_MERGE]
    arguments["default_graph"] = default
    return arguments


def _write_graph(triples: ox.QueryTriples, task: Task, style: Style, output: BinaryIO) -> None:
    written: Iterable[ox.Triple] = _with_own_labels(_once(triples))
    if task.format is formats.JSONLD and style.context is not None:
        write_jsonld(written, style.context, output)
        return
    if task.format is formats.RDFXML:
        written = _with_qnames(written)
    first = list(itertools.islice(written, _LOOK_AHEAD))
    is_all = len(first) < _LOOK_AHEAD
    prefixes = used_prefixes(style.prefixes, first) if is_all else style.prefixes
    written = itertools.chain(first, written)
    ox.serialize(written, output, _format(_TRIPLE_FORMATS, task), prefixes=prefixes)


def _once(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Give each triple once: the engine forgets what it gave after about a million."""
    seen: set[bytes] = set()
    for triple in triples:
        key = hashlib.blake2b(str(triple).encode(), digest_size=16).digest()
        if key not in seen:
            seen.add(key)
            yield triple


def _with_own_labels(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Label blank nodes by their order: the engine's labels differ each time it is asked."""
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def own(term: Any) -> Any:
        if isinstance(term, ox.Triple):
            return ox.Triple(own(term.subject), term.predicate, own(term.object))
        if isinstance(term, ox.BlankNode):
            return labels.setdefault(term, ox.BlankNode(f"b{len(labels)}"))
        return term

    for triple in triples:
        is_settled = isinstance(triple.subject, ox.NamedNode) and not isinstance(
            triple.object, ox.BlankNode | ox.Triple
        )
        yield triple if is_settled else own(triple)


def _with_qnames(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Refuse what RDF/XML cannot say: a predicate that no XML name can end (RDF/XML §6)."""
    good: set[str] = set()
    for triple in triples:
        predicate = triple.predicate.value
        if predicate not in good:
            if not _QNAME_END.search(predicate):
                raise UnwritableResultError(
                    f"RDF/XML has no way to write the property <{predicate}>; "
                    "ask for Turtle, N-Triples or JSON-LD."
                )
            good.add(predicate)
        yield triple


def complaint(text: str) -> str | None:
    """Return what the engine says against a text; it is evaluated on no data."""
    try:
        ox.Store().query(text)
    except SyntaxError as error:
        return str(error)
    return None
