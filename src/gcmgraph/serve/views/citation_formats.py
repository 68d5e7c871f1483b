"""How a work is cited: as BibTeX, RIS, CSL-JSON and a text in APA's style.

A work is the dataset, a thing in it (then the dataset is what contains it), or the work of others
that it speaks of; see ``works``. The day on which somebody reads our data is theirs to add; the
release, which tells one answer from another, is named.
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
_DATE: Final = re.compile(r"(-?\d{4,})(?:-(\d\d)(?:-(\d\d))?)?")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited.

    ``within`` is the title of what contains the work, and ``quoted`` names the documents from which
    the words behind a thing were taken; ``reason`` is why a statement was concluded. ``issued`` is
    a date as XSD writes it, or a year, and empty where none is known; ``received`` the day on which
    a document was had. ``page`` is where a work of others stands, ``described_in`` where
    something is said of it. ``version`` and ``release`` are those of our dataset, and empty for
    what is not ours.
    """

    key: str
    iri: str
    title: str
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    issued: str = ""
    version: str = ""
    release: str = ""
    within: str | None = None
    quoted: tuple[str, ...] = ()
    reason: str = ""
    received: str = ""
    page: str | None = None
    described_in: str = ""

    @property
    def url(self) -> str:
        """Where the work can be read."""
        return self.page or self.iri

    @property
    def accessed(self) -> str:
        """The day on which the work's page was read; empty where it has none."""
        return self.received if self.page else ""

    @property
    def is_data(self) -> bool:
        """Whether it is our dataset or a part of it."""
        return bool(self.release)

    @property
    def year(self) -> str:
        """The year in which it was issued; empty where none is known."""
        return str(_parts(self.issued)[0]) if _parts(self.issued) else ""

    @property
    def grounds(self) -> list[str]:
        """Why it is said, whose words stand behind it, and when a document came without a page."""
        received = f"Received: {self.received}" if self.received and not self.page else ""
        reason = f"Reason: {self.reason}" if self.reason else ""
        quoted = f"Quoted from: {'; '.join(self.quoted)}" if self.quoted else ""
        return [ground for ground in (reason, quoted, received) if ground]

    @property
    def notes(self) -> list[str]:
        """What a field for notes holds: the grounds, and to what release this is pinned."""
        release = f"Release {self.release}" if self.release else ""
        described = f"Described in: {self.described_in}" if self.described_in else ""
        return [*self.grounds, *(note for note in (release, described) if note)]


def _parts(date: str) -> list[int]:
    """Return year, month and day of a date, as far as they are known."""
    found = _DATE.match(date)
    return [int(part) for part in found.groups() if part] if found else []


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
        "url": work.url,
        "urldate": work.accessed,
        "note": _latex(_sentences(work.notes)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    kind = "incollection" if work.within else "dataset" if work.is_data else "misc"
    return f"@{kind}{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


def _latex(text: str) -> str:
    return _line(text).translate(_LATEX)


def _ris(work: Work) -> str:
    fields: list[tuple[str, str]] = [
        ("TY", "DATA" if work.is_data else "ELEC"),
        *(("AU", name) for name in work.authors),
        ("TI", work.title),
        ("DB" if work.is_data else "T2", work.within or ""),
        ("PY", work.year),
        ("DA", work.issued.replace("-", "/")),
        ("ET", work.version),
        ("PB", _names(work.publishers)),
        ("Y2", work.accessed.replace("-", "/")),
        ("UR", work.url),
        *(("N1", note) for note in work.notes),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "\r\n".join((*lines, "ER  - ", ""))


def _csl(work: Work) -> str:
    item: dict[str, object] = {
        "id": work.key,
        "type": "dataset" if work.is_data else "webpage",
        "title": _line(work.title),
        "author": [{"literal": _line(name)} for name in work.authors],
        "container-title": _line(work.within or ""),
        "publisher": _names(work.publishers),
        "issued": _csl_date(work.issued),
        "accessed": _csl_date(work.accessed),
        "version": work.version,
        "URL": work.url,
        "note": _sentences(work.notes),
    }
    written = {name: value for name, value in item.items() if value}
    return json.dumps([written], ensure_ascii=False, indent=1) + "\n"


def _csl_date(date: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [_parts(date)]} if _parts(date) else {}


def _apa(work: Work) -> str:
    authors, when = _sentence(_names(work.authors)), f"({work.year or 'n.d.'})."
    title = _line(work.title)
    if work.within:
        title = f"{_sentence(title)} In {_line(work.within)}"
    if work.is_data:
        title += f" (Version {work.version}; release {work.release[:12]}) [Data set]"
    title = _sentence(title)
    # Without an author, the title comes first; a publisher who is the author is not said again.
    parts = [authors, when, title] if authors else [title, when]
    if work.publishers != work.authors:
        parts.append(_sentence(_names(work.publishers)))
    parts += [_sentence(_line(ground)) for ground in work.grounds]
    return " ".join(filter(None, [*parts, _retrieved(work)])) + "\n"


def _retrieved(work: Work) -> str:
    """Return the address, with the day where the text may have changed since."""
    match _parts(work.accessed):
        case [year, month, day] if 1 <= month <= len(_MONTHS):
            return f"Retrieved {_MONTHS[month - 1]} {day}, {year}, from {work.url}"
    return work.url


def _sentences(texts: Iterable[str]) -> str:
    """Return texts as sentences; the last has no full stop of ours, which might be read with it."""
    *before, last = [_line(text) for text in texts] or [""]
    return " ".join([*map(_sentence, before), last])


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
