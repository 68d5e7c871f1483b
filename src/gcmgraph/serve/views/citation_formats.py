"""How a work is cited: as BibTeX, RIS, CSL-JSON and a text in APA's style.

A work is the dataset, or a thing in it: then the dataset is what contains it. The day on which
somebody reads is theirs to add; the release, which tells one answer from another, is named.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gcmgraph.rdf.formats import Format

#: The characters that LaTeX reads as commands. BibTeX counts braces even behind a backslash, so
#: that these too need a name.
_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        **{character: f"\\{character}" for character in "&%$#_"},
    }
)
_NO_KEY: Final = re.compile(r"[^A-Za-z0-9.]+")
_ENDED: Final = re.compile(r"[.?!…][”’)]?\Z")
_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited.

    ``within`` is the title of the dataset where the work is a thing in it, and ``quoted`` names
    the documents from which the words behind the thing were taken.
    """

    key: str
    iri: str
    title: str
    authors: tuple[str, ...]
    publishers: tuple[str, ...]
    issued: str
    version: str
    release: str
    within: str | None = None
    quoted: tuple[str, ...] = ()

    @property
    def year(self) -> str:
        """The year of the release."""
        return self.issued[:4]

    @property
    def sources(self) -> str:
        """Whose words stand behind it."""
        return f"Quoted from: {'; '.join(self.quoted)}" if self.quoted else ""

    @property
    def notes(self) -> list[str]:
        """What a field for notes holds: the sources, and the release to which this is pinned."""
        return [note for note in (self.sources, f"Release {self.release}") if note]


def key_of(name: str, iri: str = "") -> str:
    """Return a key by which texts refer to a work: a name, and the end of a thing's IRI."""
    end = "-".join(iri.rstrip("/").split("/")[-2:])
    return _NO_KEY.sub("-", f"{name}-{end}").strip("-")


def write(work: Work, format_: Format) -> str:
    """Return the citation of a work in one of ``formats.CITATIONS``."""
    return _WRITERS[format_](work)


def _bibtex(work: Work) -> str:
    fields = {
        # In braces of their own, so that no name is taken apart.
        "author": " and ".join(f"{{{_latex(name)}}}" for name in work.authors),
        "title": f"{{{_latex(work.title)}}}",
        "booktitle": f"{{{_latex(work.within)}}}" if work.within else "",
        "publisher": " and ".join(f"{{{_latex(name)}}}" for name in work.publishers),
        "year": work.year,
        "date": work.issued,
        "version": _latex(work.version),
        "url": work.iri,
        "note": _latex(". ".join(work.notes)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    kind = "incollection" if work.within else "dataset"
    return f"@{kind}{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


def _latex(text: str) -> str:
    return _line(text).translate(_LATEX)


def _ris(work: Work) -> str:
    fields: list[tuple[str, str]] = [
        ("TY", "DATA"),
        *(("AU", name) for name in work.authors),
        ("TI", work.title),
        ("DB", work.within or ""),
        ("PY", work.year),
        ("DA", work.issued.replace("-", "/")),
        ("ET", work.version),
        ("PB", _names(work.publishers)),
        ("UR", work.iri),
        *(("N1", note) for note in work.notes),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "\r\n".join((*lines, "ER  - ", ""))


def _csl(work: Work) -> str:
    item: dict[str, object] = {
        "id": work.key,
        "type": "dataset",
        "title": _line(work.title),
        "author": [{"literal": _line(name)} for name in work.authors],
        "container-title": _line(work.within or ""),
        "publisher": _names(work.publishers),
        "issued": {"date-parts": [[int(part) for part in work.issued.split("-")]]},
        "version": work.version,
        "URL": work.iri,
        "note": _line(". ".join(work.notes)),
    }
    written = {name: value for name, value in item.items() if value}
    return json.dumps([written], ensure_ascii=False, indent=1) + "\n"


def _apa(work: Work) -> str:
    authors, when = _sentence(_names(work.authors)), f"({work.year})."
    title = _line(work.title)
    if work.within:
        title = f"{_sentence(title)} In {_line(work.within)}"
    title += f" (Version {work.version}; release {work.release[:12]}) [Data set]."
    # Without an author, the title comes first; a publisher who is the author is not said again.
    parts = [authors, when, title] if authors else [title, when]
    if work.publishers != work.authors:
        parts.append(_sentence(_names(work.publishers)))
    parts += [_sentence(_line(work.sources)), work.iri]
    return " ".join(filter(None, parts)) + "\n"


def _sentence(text: str) -> str:
    """Return a text with a full stop, unless it has an end of its own."""
    return text if not text or _ENDED.search(text) else f"{text}."


def _names(names: Iterable[str]) -> str:
    *first, last = [_line(name) for name in names] or [""]
    return f"{', '.join(first)}, & {last}" if first else last


def _line(text: str) -> str:
    """Return a text as one line: a break would begin another field."""
    return _BLANK.sub(" ", text).strip()


_WRITERS: Final[dict[Format, Callable[[Work], str]]] = {
    formats.APA: _apa,
    formats.BIBTEX: _bibtex,
    formats.RIS: _ris,
    formats.CSL: _csl,
}
