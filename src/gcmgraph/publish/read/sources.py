"""The source documents: their texts, what is recorded about them, and the RDF that says so.

A document's text is what its file holds, in Unicode code points counted from 0. A byte order mark
is no character of it, CR LF at the end of a line are two, and no line end is translated: so offsets
hold for the file as it lies there, whose SHA-256 the sidecar records.

A document lies in ``data/sources/<name>/`` beside its sidecar ``source.toml``. What the sidecar
records becomes RDF of the reference graph:

==============  ==========================================================
``title``       ``dct:title``, in the document's language
``language``    ``dc:language``, a BCP 47 tag
``original``    ``dct:identifier``, the file's name as it was received
``producer``    ``dc:creator``, as text: curators link organizations
``page``        ``dct:source``, the page whose text it is
``received``    ``dct:date``, an ``xsd:date``
``rights``      ``dc:rights``
``sha256``      ``spdx:checksum`` (SPDX 2.3, 8.4)
the text        ``dct:extent``, its characters as ``xsd:integer``
==============  ==========================================================
"""

from __future__ import annotations

import datetime
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from gcmgraph.errors import SourceError, refuse
from gcmgraph.project import (
    CATALOG,
    CURATION,
    INFERRED,
    NAME,
    ONTOLOGY,
    REFERENCE,
    REPORT,
    SHAPES,
    Project,
)
from gcmgraph.publish.read.files import checksum, read_text
from gcmgraph.rdf.graphs import Graph, triple
from gcmgraph.rdf.namespaces import DC, DCT, FOAF, PROV, RDF, XSD
from gcmgraph.rdf.terms import is_iri, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDECAR: Final = "source.toml"

_RESERVED: Final = frozenset({CATALOG, CURATION, INFERRED, ONTOLOGY, REFERENCE, REPORT, SHAPES})
_REQUIRED: Final[dict[str, type]] = {
    "title": str,
    "file": str,
    "original": str,
    "sha256": str,
    "producer": str,
    "received": datetime.date,
    "rights": str,
    "language": str,
}
_OPTIONAL: Final[dict[str, type]] = {"page": str, "boilerplate": list}
_BOILERPLATE: Final[dict[str, type]] = {"words": str, "start": int, "reason": str}
_KINDS: Final[dict[type, str]] = {
    str: "a text",
    int: "a whole number",
    list: "a list of tables",
    datetime.date: "a date (2026-01-31)",
}


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Words that state nothing (navigation, a repeated heading), and why they are passed over."""

    words: str
    start: int
    reason: str

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.words)


@dataclass(frozen=True, slots=True)
class Source:
    """A source document; offsets count Unicode code points of ``text`` from 0."""

    name: str
    iri: str
    title: str
    file: Path
    original: str
    sha256: str
    producer: str
    page: str | None
    received: datetime.date
    rights: str
    language: str
    boilerplate: tuple[Boilerplate, ...]
    text: str


def read_sources(project: Project, base: str) -> dict[str, Source]:
    """Read all documents of a project, by name.

    Raises:
        SourceError: with all texts and sidecars that are missing, incomplete or not as recorded.

    """
    found: dict[str, Source] = {}
    faults: list[str] = []
    for name in project.source_names():
        try:
            found[name] = read_source(project.sources / name, f"{base}id/source/{name}")
        except SourceError as error:
            faults += error.details or (str(error),)
    refuse(SourceError, faults)
    return found


def read_source(folder: Path, iri: str) -> Source:
    """Read the document in ``folder`` and hold it against its sidecar.

    Raises:
        SourceError: naming the file, all that differs and what to do.

    """
    name = folder.name
    if name in _RESERVED or not NAME.fullmatch(name):
        raise SourceError(
            f"{folder} cannot be a source's folder: its name must be lower-case letters and digits "
            f"joined by hyphens, and none of {', '.join(sorted(_RESERVED))}."
        )
    sidecar = folder / SIDECAR
    try:
        record = tomllib.loads(read_text(sidecar, f"{sidecar}", SourceError))
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{sidecar} cannot be read as TOML: {error}.") from None
    refuse(SourceError, _strange_keys(record, _REQUIRED, _OPTIONAL, f"{sidecar}"))
    refuse(SourceError, _strange_values(record, sidecar))
    path = folder / record["file"]
    text = _read_text(path, record["sha256"], sidecar)
    entries = record.get("boilerplate", [])
    refuse(SourceError, _strange_boilerplate(entries, text, sidecar))
    return Source(
        name=name,
        iri=iri,
        title=record["title"],
        file=path,
        original=record["original"],
        sha256=record["sha256"],
        producer=record["producer"],
        page=record.get("page"),
        received=record["received"],
        rights=record["rights"],
        language=record["language"],
        boilerplate=tuple(
            Boilerplate(entry["words"], entry["start"], entry["reason"].strip())
            for entry in entries
        ),
        text=text,
    )


def _strange_values(record: dict[str, Any], sidecar: Path) -> Iterator[str]:
    if Path(record["file"]).name != record["file"] or "\0" in record["file"]:
        yield f"{sidecar}: “file” must name a file in the same folder, without a path."
    if not is_iri(record.get("page", "https://example.org/")):
        yield f"{sidecar}: “page” must be an address, without spaces: “{record['page']}” is none."
    try:
        ox.Literal("", language=record["language"])
    except ValueError:
        yield (
            f"{sidecar}: “language” must be a tag such as “en” or “pt-BR” (BCP 47), and is "
            f"“{record['language']}”."
        )


def describe(source: Source) -> Graph:
    """Return what the sidecar records about a document, as triples."""
    language = source.language

    def text(value: str) -> ox.Literal:
        return ox.Literal(value)

    facts: list[tuple[str, str | ox.Literal]] = [
        (RDF.type, FOAF.Document),
        (RDF.type, PROV.Entity),
        (DCT.title, ox.Literal(source.title, language=language)),
        (DC.language, text(language)),
        (DCT.identifier, text(source.original)),
        (DC.creator, text(source.producer)),
        (DCT.date, typed(source.received.isoformat(), XSD.date)),
        (DC.rights, text(source.rights)),
        (DCT.extent, typed(len(source.text), XSD.integer)),
    ]
    if source.page:
        facts.append((DCT.source, source.page))
    return {triple(source.iri, predicate, value) for predicate, value in facts} | checksum(
        source.iri, f"{source.iri}#sha256", source.sha256
    )


def _read_text(path: Path, recorded: str, sidecar: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError:
        raise SourceError(
            f"{path} is missing; put the text there that {sidecar} describes."
        ) from None
    found = hashlib.sha256(data).hexdigest()
    if found != recorded:
        raise SourceError(
            f"{path} is not the recorded text (its SHA-256 begins {found[:12]}, {sidecar.name} "
            f"says {recorded[:12]}); restore the text, or, if it was replaced on purpose, check "
            "every excerpt and record the new hash."
        )
    if not data.strip():
        raise SourceError(f"{path} is empty; put the document's text there.")
    try:
        # No newline translation: offsets count what the file holds.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not UTF-8 (byte {error.start}); convert it and record the new hash."
        ) from None


def _strange_boilerplate(entries: list[Any], text: str, sidecar: Path) -> Iterator[str]:
    for number, entry in enumerate(entries, 1):
        where = f"{sidecar}, boilerplate entry {number}"
        if not isinstance(entry, dict):
            yield f"{where} must be a table with words, start and reason."
        elif strange := list(_strange_keys(entry, _BOILERPLATE, {}, where)):
            yield from strange
        else:
            words, start = entry["words"], entry["start"]
            if start < 0 or text[start : start + len(words)] != words:
                elsewhere = text.find(words)
                hint = (
                    f"they stand at {elsewhere}" if elsewhere >= 0 else "they stand nowhere in it"
                )
                yield (
                    f"{where}: the words “{shorten(words)}” do not stand at offset {start} of the "
                    f"text; {hint}."
                )


def _strange_keys(
    table: dict[str, Any], required: dict[str, type], optional: dict[str, type], where: str
) -> Iterator[str]:
    known = required | optional
    if missing := sorted(required.keys() - table.keys()):
        yield f"{where} lacks {', '.join(f'“{key}”' for key in missing)}."
    for key in sorted(table.keys() - known.keys()):
        yield f"{where} has the unknown key “{key}”; known are {', '.join(sorted(known))}."
    for key in sorted(table.keys() & known.keys()):
        if type(table[key]) is not known[key]:
            yield f"{where}: “{key}” must be {_KINDS[known[key]]}."
        elif isinstance(table[key], str) and not table[key].strip():
            yield f"{where}: “{key}” is empty."


def shorten(text: str, limit: int = 60) -> str:
    """Return ``text`` on one line, cut to ``limit`` characters, for messages."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
