"""The source documents: their texts, what is recorded about them, and the RDF that says so.

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
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from gcmgraph.errors import SourceError
from gcmgraph.project import (
    CATALOG,
    CURATION,
    INFERRED,
    ONTOLOGY,
    REFERENCE,
    REPORT,
    SHAPES,
    Project,
)
from gcmgraph.publish.read.files import checksum
from gcmgraph.rdf.graphs import Graph, triple
from gcmgraph.rdf.namespaces import DC, DCT, FOAF, PROV, RDF, XSD
from gcmgraph.rdf.terms import typed

SIDECAR: Final = "source.toml"

_RESERVED: Final = frozenset({CATALOG, CURATION, INFERRED, ONTOLOGY, REFERENCE, REPORT, SHAPES})
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
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
        SourceError: where a text or sidecar is missing, incomplete or not as recorded.

    """
    return {
        name: read_source(project.sources / name, f"{base}id/source/{name}")
        for name in project.source_names()
    }


def read_source(folder: Path, iri: str) -> Source:
    """Read the document in ``folder`` and hold it against its sidecar.

    Raises:
        SourceError: naming the file, what differs and what to do.

    """
    name = folder.name
    if name in _RESERVED or not _NAME.fullmatch(name):
        raise SourceError(
            f"{folder} cannot be a source's folder: its name must be lower-case letters and digits "
            f"joined by hyphens, and none of {', '.join(sorted(_RESERVED))}."
        )
    sidecar = folder / SIDECAR
    try:
        record = tomllib.loads(sidecar.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{sidecar} cannot be read as TOML: {error}.") from None
    _check_keys(record, _REQUIRED, _OPTIONAL, f"{sidecar}")
    path = folder / record["file"]
    if Path(record["file"]).name != record["file"]:
        raise SourceError(f"{sidecar}: “file” must name a file in the same folder, without a path.")
    text = _read_text(path, record["sha256"], sidecar)
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
        boilerplate=_boilerplate(record.get("boilerplate", []), text, sidecar),
        text=text,
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
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not UTF-8 (byte {error.start}); convert it and record the new hash."
        ) from None


def _boilerplate(entries: list[Any], text: str, sidecar: Path) -> tuple[Boilerplate, ...]:
    found = []
    for number, entry in enumerate(entries, 1):
        where = f"{sidecar}, boilerplate entry {number}"
        if not isinstance(entry, dict):
            raise SourceError(f"{where} must be a table with words, start and reason.")
        _check_keys(entry, _BOILERPLATE, {}, where)
        item = Boilerplate(entry["words"], entry["start"], entry["reason"].strip())
        if not item.words.strip() or not item.reason:
            raise SourceError(f"{where} needs words and a reason that are not empty.")
        if item.start < 0 or text[item.start : item.end] != item.words:
            elsewhere = text.find(item.words)
            hint = f"they stand at {elsewhere}" if elsewhere >= 0 else "they stand nowhere in it"
            raise SourceError(
                f"{where}: the words “{shorten(item.words)}” do not stand at offset {item.start} "
                f"of the text; {hint}."
            )
        found.append(item)
    return tuple(found)


def _check_keys(
    table: dict[str, Any], required: dict[str, type], optional: dict[str, type], where: str
) -> None:
    known = required | optional
    if missing := sorted(required.keys() - table.keys()):
        raise SourceError(f"{where} lacks {', '.join(f'“{key}”' for key in missing)}.")
    if unknown := sorted(table.keys() - known.keys()):
        raise SourceError(
            f"{where} has the unknown key “{unknown[0]}”; known are {', '.join(sorted(known))}."
        )
    for key, value in table.items():
        if type(value) is not known[key]:
            raise SourceError(f"{where}: “{key}” must be {_KINDS[known[key]]}.")
        if isinstance(value, str) and not value.strip():
            raise SourceError(f"{where}: “{key}” is empty.")


def shorten(text: str, limit: int = 60) -> str:
    """Return ``text`` on one line, cut to ``limit`` characters, for messages."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
