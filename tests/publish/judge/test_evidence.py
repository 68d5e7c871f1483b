"""Excerpts are held against the text, to the character."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import EvidenceError
from gcmgraph.publish.pipeline import measure

if TYPE_CHECKING:
    from example_project import Example

GUIDE = "data/guide.ttl"
SIDECAR = "data/sources/guide/source.toml"


def test_the_parts_of_a_document_sum_up(example: Example) -> None:
    (one,) = measure(example.project)
    assert (one.characters, one.excerpted, one.boilerplate, one.layout) == (96, 77, 11, 8)
    assert one.unaccounted == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # An excerpt off by one, at either end.
        ("oa:start 11 ; oa:end 55", "oa:start 12 ; oa:end 55", "but at 11–55"),
        ("oa:start 11 ; oa:end 55", "oa:start 11 ; oa:end 54", "but at 11–55"),
        ("oa:start 11 ; oa:end 55", "oa:start 11", "needs one oa:exact"),
        ("oa:start 11 ; oa:end 55", "oa:start 11 ; oa:end 55.0", "needs one oa:exact"),
        ("oa:start 11 ; oa:end 55", "oa:start 11 ; oa:end 55, 56", "needs one oa:exact"),
        # A word that differs.
        ("and is 12 km", "and is 13 km", r"at character 45: .*13 km.*12 km"),
        ("into the sea.", "into the Sea.", r"guide\.ttl:\d+: .*at character 78"),
        # A thing without an excerpt, or with another's.
        (
            'rdfs:label "sea"@en ;\n    prov:wasQuotedFrom id:excerpt\\/guide-3',
            'rdfs:label "sea"@en',
            r"guide\.ttl:20: <.*/sea> is stated in the graph of guide without",
        ),
        (
            "prov:wasQuotedFrom id:excerpt\\/guide-2",
            "prov:wasQuotedFrom id:excerpt\\/guide-1, id:excerpt\\/guide-9",
            "guide-9>, which is no excerpt",
        ),
        (
            "prov:wasQuotedFrom id:excerpt\\/guide-2",
            "prov:wasQuotedFrom id:excerpt\\/guide-1",
            "guide-2> is an excerpt that no statement is quoted from",
        ),
        # An excerpt of another document.
        (
            "guide-2 a oa:SpecificResource ;\n    oa:hasSource id:source\\/guide",
            "guide-2 a oa:SpecificResource ;\n    oa:hasSource id:source\\/map",
            "oa:hasSource must be",
        ),
    ],
)
def test_evidence_at_fault_is_refused(example: Example, old: str, new: str, message: str) -> None:
    example.edit(GUIDE, old, new)
    with pytest.raises(EvidenceError, match=message):
        example.check()


def test_an_unaccounted_sentence_is_refused_with_its_offsets(example: Example) -> None:
    sidecar = example.root / SIDECAR
    example.write(SIDECAR, sidecar.read_text("utf-8").partition("[[boilerplate]]")[0])
    with pytest.raises(EvidenceError, match=r"not accounted for at 84–95 \(“Home | Next”\)"):
        example.check()
    (one,) = measure(example.project)
    assert [(s.start, s.end, s.words) for s in one.unaccounted] == [(84, 95, "Home | Next")]


def replace_text(example: Example, text: str, exact: str) -> None:
    """Let the document be ``text`` and its one excerpt ``exact``."""
    example.write("data/sources/guide/guide.txt", text)
    sidecar = (example.root / SIDECAR).read_text("utf-8").partition("[[boilerplate]]")[0]
    old = sidecar.partition('sha256 = "')[2][:64]
    example.write(SIDECAR, sidecar.replace(old, hashlib.sha256(text.encode()).hexdigest()))
    start = text.index(exact)
    example.write(
        GUIDE,
        f"""@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix id: <https://rivers.example/id/> .
id:thing rdfs:label "thing" ; prov:wasQuotedFrom id:words .
id:words oa:hasSource id:source\\/guide ; oa:hasSelector id:selector .
id:selector oa:exact '''{exact}''' ; oa:start {start} ; oa:end {start + len(exact)} .
""",
    )


@pytest.mark.parametrize(
    "exact",
    [
        "One sentence only.",
        "a. **Enact** laws.",
        "iv. Develop a plan (by 2020).",
        "3. Protect all.",
        "- b. Keep, e.g. Rivers, clean.",
        "A line\nand its second half.",
        "By Miller et al. Rivers, n.d.",
        "The U.S. Delegation came.",
        "It cost 9.5 Euros.",
    ],
)
def test_a_sentence_or_list_item_is_evidence(example: Example, exact: str) -> None:
    replace_text(example, exact + "\n", exact)
    (one,) = measure(example.project)
    assert one.missing == 0


@pytest.mark.parametrize(
    ("exact", "message"),
    [
        ("One sentence. And another.", "more than one sentence"),
        ("He said “no.” Then he left.", "more than one sentence"),
        ("It began in 2017. It ended.", "more than one sentence"),
        ("As known (see there). Then more.", "more than one sentence"),
        ("a. Enact laws. Keep them.", "more than one sentence"),
        ("One paragraph\n\nand another", "across a blank line"),
        ("One paragraph\r\n \r\nand another", "across a blank line"),
        ("a" * 1001, "1001 characters"),
        (" spaced", "white space"),
    ],
)
def test_more_is_not(example: Example, exact: str, message: str) -> None:
    replace_text(example, exact + "\n", exact)
    with pytest.raises(EvidenceError, match=message):
        measure(example.project)


def test_all_faults_of_the_evidence_come_at_once(example: Example) -> None:
    example.edit(GUIDE, "oa:start 11 ; oa:end 55", "oa:start 12 ; oa:end 55")
    example.edit(GUIDE, "into the sea.", "into the Sea.")
    with pytest.raises(EvidenceError) as caught:
        example.check()
    assert [line.partition(": ")[0] for line in caught.value.details] == [
        "data/guide.ttl:33",
        "data/guide.ttl:39",
    ]


def test_every_stretch_that_is_unaccounted_for_comes_at_once(example: Example) -> None:
    text = "One.\n\nTwo.\n\nThree.\n"
    replace_text(example, text, "Two.")
    with pytest.raises(EvidenceError) as caught:
        example.check()
    assert ["0–4" in caught.value.details[0], "12–18" in caught.value.details[1]] == [True, True]


def test_a_text_with_crlf_and_a_byte_order_mark_keeps_its_offsets(example: Example) -> None:
    text = "One line\r\nand a half.\r\n"
    replace_text(example, text, "One line\r\nand a half.")
    path = example.root / "data/sources/guide/guide.txt"
    marked = b"\xef\xbb\xbf" + path.read_bytes()
    path.write_bytes(marked)
    old = (example.root / SIDECAR).read_text("utf-8").partition('sha256 = "')[2][:64]
    example.edit(SIDECAR, old, hashlib.sha256(marked).hexdigest())
    (one,) = measure(example.project)
    # The mark is no character of the text; a line ends with two.
    assert (one.characters, one.excerpted, one.missing) == (23, 21, 0)
    assert "oa:end 21" in (example.root / GUIDE).read_text("utf-8")


@pytest.mark.parametrize(("text", "exact"), [("a\r\nb", "a\nb"), ("a\nb", "a\r\nb")])
def test_an_excerpt_that_ends_its_lines_otherwise_is_told_so(
    example: Example, text: str, exact: str
) -> None:
    replace_text(example, text, text)
    example.edit(GUIDE, f"'''{text}'''", f"'''{exact}'''")
    ends = "CR LF" if "\r" in text else "LF"
    with pytest.raises(
        EvidenceError, match=f"otherwise than guide.txt, which ends them with {ends}"
    ):
        measure(example.project)
