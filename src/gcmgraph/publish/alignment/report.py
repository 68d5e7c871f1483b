"""What an alignment found, for people and for programs.

As RDF it is a list of assertions (EARL 1.0): one per thing that was sought, label that was compared
and statement that was held against the portal's, with its outcome: ``earl:passed`` where the portal
agrees, ``earl:failed`` where it does not, ``earl:cantTell`` where its files do not answer for such
things. Statements that we lack are ``earl:untested``: nothing of ours is wrong with them.
"""

from __future__ import annotations

import hashlib
from itertools import count
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import ProjectError
from gcmgraph.manifest import sha256_of
from gcmgraph.publish.describe.context import make_context
from gcmgraph.publish.read.files import checksum
from gcmgraph.publish.write.dumps import write_triples
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import Graph, triple
from gcmgraph.rdf.namespaces import DCT, EARL, PROV, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gcmgraph.publish.alignment.compare import Alignment
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.publish.read.assemble import DatasetFacts


_TESTS: Final = {
    "described": "The portal describes the thing.",
    "label": "The portal has the same label, in the same language.",
    "confirmed": "The portal states what we state of its thing.",
    "lacking": "The portal states this of its thing, and we do not.",
}


def as_text(alignments: Iterable[Alignment], prefixes: Mapping[str, str]) -> str:
    """Return the report as lines of text."""
    return "".join(f"{line}\n" for one in alignments for line in _lines(one, prefixes))


def _lines(one: Alignment, prefixes: Mapping[str, str]) -> Iterator[str]:
    things = len(one.described) + len(one.mentioned) + len(one.missing)
    yield f"{one.space}: {things} things"
    if not one.answered:
        yield f"  the files do not describe such things; {len(one.mentioned)} are mentioned"
        return
    yield f"  described there: {len(one.described)} of {things}"
    for iri, here, all_ in one.classes:
        yield f"    {_short(iri, prefixes)}: {here} of {all_}"
    for iri in (*one.missing, *one.mentioned):
        yield f"    not described: {_short(iri, prefixes)}"
    yield f"  labels alike: {one.labels_alike} of {one.labels_alike + len(one.labels)}"
    for label in one.labels:
        yield f"    {_short(label.thing, prefixes)} in “{label.language}”: “{label.ours}”"
        for how in label.how or ("no label in this language there",):
            yield f"      {how}"
    yield f"  statements confirmed: {one.confirmed} of {one.confirmed + len(one.unconfirmed)}"
    for t in one.unconfirmed:
        yield f"    not stated there: {_statement(t, prefixes)}"
    yield f"  statements there that we lack: {len(one.lacking)}"
    for iri, number in one.lacking_by_property:
        yield f"    {_short(iri, prefixes)}: {number}"


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    longest = max((p for p in prefixes.items() if iri.startswith(p[1])), key=_length, default=None)
    return f"{longest[0]}:{iri.removeprefix(longest[1])}" if longest else f"<{iri}>"


def _length(prefix: tuple[str, str]) -> int:
    return len(prefix[1])


def _statement(t: ox.Triple, prefixes: Mapping[str, str]) -> str:
    return " ".join(
        _short(term.value, prefixes) if isinstance(term, ox.NamedNode) else str(term)
        for term in (t.subject, t.predicate, t.object)
    )


def write_report(
    dataset: Dataset, alignments: Iterable[Alignment], files: Iterable[Path], out: Path
) -> None:
    """Write the report as RDF, in the format that the suffix of ``out`` names.

    Raises:
        ProjectError: where it names none, or the file cannot be written.

    """
    fmt = formats.by_suffix(out.suffix[1:].lower(), formats.TRIPLES)
    if fmt is None:
        known = ", ".join(f".{f.suffix}" for f in formats.TRIPLES)
        raise ProjectError(f"{out} has no suffix of a format of triples ({known}).")
    digests = {path.name: sha256_of(path) for path in files}
    graph = as_graph(alignments, dataset.facts, digests)
    context = make_context(dataset.facts.base, {"report": graph}, (), dataset.prefixes)
    try:
        out.write_bytes(write_triples(graph, fmt, dataset.prefixes, context))
    except OSError as error:
        raise ProjectError(f"{out} cannot be written: {error.strerror or error}.") from None


def as_graph(
    alignments: Iterable[Alignment], facts: DatasetFacts, files: Mapping[str, str]
) -> Graph:
    """Return the report as a graph; ``files`` are the SHA-256 of the portal's, by name."""
    whole = hashlib.sha256("".join(sorted(files.values())).encode()).hexdigest()
    report = f"{facts.base}id/alignment/{facts.version}-{whole[:12]}"
    title = f"{facts.title}, version {facts.version}: what a portal's files confirm"
    found: Graph = {
        triple(report, RDF.type, PROV.Entity),
        triple(report, DCT.title, ox.Literal(title, language="en")),
        triple(report, PROV.wasDerivedFrom, facts.iri),
    }
    for number, (name, digest) in enumerate(sorted(files.items()), 1):
        file = f"{report}#file-{number}"
        found |= {
            triple(report, PROV.wasDerivedFrom, file),
            triple(file, DCT.identifier, ox.Literal(name)),
        } | checksum(file, f"{file}-sha256", digest)
    numbers = count(1)
    for one in alignments:
        for test, outcome, subject, about in _assertions(one):
            assertion = f"{report}#assertion-{next(numbers)}"
            result = f"{assertion}-result"
            found |= {
                triple(assertion, RDF.type, EARL.Assertion),
                triple(assertion, DCT.isPartOf, report),
                triple(assertion, EARL.subject, subject),
                triple(assertion, EARL.test, f"{report}#{test}"),
                triple(assertion, EARL.result, result),
                triple(result, RDF.type, EARL.TestResult),
                triple(result, EARL.outcome, outcome),
            }
            if isinstance(about, ox.Triple):
                found |= {
                    ox.Triple(ox.NamedNode(result), ox.NamedNode(RDF.predicate), about.predicate),
                    ox.Triple(ox.NamedNode(result), ox.NamedNode(RDF.object), about.object),
                }
            elif about:
                found.add(triple(result, EARL.info, ox.Literal(about, language="en")))
    for test, title in _TESTS.items():
        found |= {
            triple(f"{report}#{test}", RDF.type, EARL.TestCriterion),
            triple(f"{report}#{test}", DCT.title, ox.Literal(title, language="en")),
        }
    return found


def _assertions(one: Alignment) -> Iterable[tuple[str, str, str, str | ox.Triple]]:
    """Yield test, outcome, thing, and what there is to say of it."""
    for iri in one.described:
        yield "described", EARL.passed, iri, ""
    for iri in sorted({*one.mentioned, *one.missing}):
        yield "described", EARL.failed if one.answered else EARL.cantTell, iri, ""
    for label in one.labels:
        words = f"“{label.ours}”: {'; '.join(label.how) or 'no label in this language there'}"
        yield "label", EARL.failed, label.thing, words
    for t in one.unconfirmed:
        yield "confirmed", EARL.failed, t.subject.value, t  # type: ignore[union-attr]
    for t in one.lacking:
        yield "lacking", EARL.untested, t.subject.value, t  # type: ignore[union-attr]
