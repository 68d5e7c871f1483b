"""Both engines behind one adapter say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.cli import main
from gcmgraph.errors import TOLD, ValidationError
from gcmgraph.publish.judge.shacl import Violation, compare, reference_validate, validate
from gcmgraph.publish.pipeline import check
from gcmgraph.rdf.namespaces import SH

if TYPE_CHECKING:
    from example_project import Example

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .\n"
SHAPES = (
    PREFIXES
    + """
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:S-p, e:S-q, e:S-r ; sh:sparql e:S-s .
e:S-p sh:path e:p ; sh:minCount 1 ; sh:message "Ein p."@de, "Give a p."@en .
e:S-q sh:path ( [ sh:inversePath e:q ] e:r ) ; sh:maxCount 0 ; sh:message "Give no q r."@en .
e:S-r sh:path e:on ; sh:datatype xsd:boolean ; sh:message "Say true or false."@en .
e:S-s sh:message "Not itself."@en ; sh:select "SELECT $this WHERE { $this <http://e/q> $this }" .
"""
).encode()
DATA = (
    PREFIXES
    + """
e:good a e:C ; e:p 1 .
e:bad a e:C ; e:q e:bad ; e:r 2 ;
  e:on "none"^^<http://www.w3.org/2001/XMLSchema#boolean> .
"""
).encode()


@pytest.mark.parametrize("engine", [validate, reference_validate])
def test_violations_are_told_alike(engine: type[validate]) -> None:
    found = engine(DATA, SHAPES)
    assert [(v.shape, v.component.rpartition("#")[2], v.value, v.message) for v in found] == [
        ("http://e/S", "SPARQLConstraintComponent", "http://e/bad", "Not itself."),
        ("http://e/S-p", "MinCountConstraintComponent", "", "Give a p."),
        ("http://e/S-q", "MaxCountConstraintComponent", "", "Give no q r."),
        (
            "http://e/S-r",
            "DatatypeConstraintComponent",
            '"none"^^<http://www.w3.org/2001/XMLSchema#boolean>',
            "Say true or false.",
        ),
    ]
    assert {v.focus for v in found} == {"http://e/bad"}
    assert {v.severity for v in found} == {SH.Violation}


def test_two_engines_that_agree_do_not_differ() -> None:
    assert compare(validate(DATA, SHAPES), reference_validate(DATA, SHAPES)) == []


def test_a_difference_is_named() -> None:
    one, two = Violation("a", "s", "c"), Violation("b", "s", "c")
    assert compare([one, two], [two]) == [one]
    assert compare([two], [one, two]) == [one]


def test_what_the_engine_does_not_support_is_an_error() -> None:
    shapes = (
        PREFIXES + "e:S a sh:NodeShape ; sh:targetNode e:a ; sh:sparql e:x . e:x sh:select 'X' ."
    )
    with pytest.raises(ValidationError, match="shapes cannot be used"):
        validate(DATA, shapes.encode())


def test_an_exception_of_the_reference_engine_is_a_verdict() -> None:
    shapes = (
        PREFIXES + "e:S a sh:NodeShape ; sh:targetNode e:a ; sh:sparql e:x . e:x sh:select 'X' ."
    )
    with pytest.raises(ValidationError, match="cannot judge the graph"):
        reference_validate(DATA, shapes.encode())


def test_the_example_project_conforms_in_both_engines(example: Example) -> None:
    checked = check(example.project, lambda _: None, thorough=True)
    assert checked.verdict.engines == ("pyshifty", "pySHACL")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "riv:length 12 ;",
            'riv:length "12" ;',
            (
                r'^data/guide\.ttl:11: <.*/river/aa> with "12" breaks <.*#River-length>: '
                r"A river has at most one length, in whole kilometres\.$"
            ),
        ),
        ("riv:flowsInto id:sea", "riv:flowsInto id:lake", "River-mouth"),
        ("riv:flowsInto id:sea\\/sea", "riv:flowsInto id:river\\/aa", r"River>.*\(and 1 more\)"),
    ],
)
def test_a_graph_that_breaks_a_shape_is_refused(
    example: Example, old: str, new: str, message: str
) -> None:
    example.edit("data/guide.ttl", old, new)
    with pytest.raises(ValidationError, match=message):
        example.check()


def test_all_violations_are_listed(example: Example) -> None:
    example.edit("data/guide.ttl", "riv:length 12 ;", 'riv:length "12", "13" ;')
    with pytest.raises(ValidationError) as caught:
        example.check()
    assert [line.partition(" ")[0] for line in caught.value.details] == [
        "data/guide.ttl:11:",
        "data/guide.ttl:11:",
        "data/guide.ttl:11:",
    ]


CURATION = """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix riv: <https://rivers.example/ontology#> .
@prefix id: <https://rivers.example/id/> .
"""


def test_a_wrong_value_is_told_where_it_stands_and_without_a_traceback(
    example: Example, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    example.write(
        "data/curation.ttl", f'{CURATION}id:river\\/aa riv:length\n "twelve"^^xsd:integer .'
    )
    for thorough in (False, True):
        with pytest.raises(ValidationError) as caught:
            check(example.project, lambda _: None, thorough=thorough)
        wrong, many = caught.value.details
        assert wrong.startswith("data/curation.ttl:5: <https://rivers.example/id/river/aa> with")
        # One too many: here is one, and there the other.
        assert many.startswith("data/curation.ttl:5, data/guide.ttl:11: <https://")
    assert (caplog.text, *capfd.readouterr()) == ("", "", "")


@pytest.mark.parametrize("day", ["-0044-03-15", "0000-01-01", "12026-01-01", "-12026-01-01"])
def test_a_day_of_any_year_is_released_and_the_shape_is_not_blamed(
    example: Example, day: str
) -> None:
    example.edit("shapes/river.ttl", "s:River-label,", "s:River-label, s:River-day,")
    example.edit(
        "shapes/river.ttl",
        "s:River-label a",
        "s:River-day a sh:PropertyShape ; sh:path riv:day ; sh:datatype xsd:date ;"
        ' sh:message "A day."@en .\ns:River-label a',
    )
    example.write("data/curation.ttl", f'{CURATION}id:river\\/aa riv:day "{day}"^^xsd:date .')
    assert example.check().verdict.notes == ()
    checked = check(example.project, lambda _: None, thorough=True)
    (note,) = checked.verdict.notes
    assert note.startswith("data/curation.ttl:4: <https://rivers.example/id/river/aa> has ")
    assert note.endswith("which pySHACL cannot read; pyshifty alone judged it")
    assert note in checked.report


WARNING = """
s:Note a sh:NodeShape ; sh:targetClass riv:River ; sh:property s:Note-note, s:Note-length .
s:Note-note a sh:PropertyShape ; sh:path riv:note ; sh:minCount 1 ;
    sh:severity sh:Warning ; sh:message "Says little."@en .
s:Note-length a sh:PropertyShape ; sh:path riv:length ; sh:maxInclusive 10 ;
    sh:severity sh:Info ; sh:message "Is long."@en .
"""


@pytest.fixture
def warned(example: Example) -> Example:
    path = example.root / "shapes/river.ttl"
    example.write("shapes/river.ttl", path.read_text("utf-8") + WARNING)
    return example


def test_warnings_are_reported_and_do_not_stop(warned: Example) -> None:
    checked = check(warned.project, lambda _: None, thorough=True)
    number = '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'
    note, length = (f"<https://rivers.example/shapes#Note-{n}>" for n in ("note", "length"))
    aa, be = (f"<https://rivers.example/id/river/{name}>" for name in ("aa", "be"))
    assert checked.verdict.lines == [
        f"data/guide.ttl:11: {aa} with {number} breaks {length} (an info): Is long",
        f"data/guide.ttl:9: {aa} breaks {note} (a warning): Says little",
        f"data/guide.ttl:15: {be} breaks {note} (a warning): Says little",
    ]
    assert "Warnings and infos: 3.\n" in checked.report
    assert all(line in checked.report for line in checked.verdict.lines)


def test_warnings_are_published_as_validation_results(warned: Example) -> None:
    graph = warned.check().graphs["report"]
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in graph)
    rows = store.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?focus ?value ?severity ?message {"
        " ?report a sh:ValidationReport ; sh:conforms false ; sh:result ?result ."
        " ?result a sh:ValidationResult ; sh:focusNode ?focus ; sh:resultSeverity ?severity ;"
        " sh:sourceShape ?shape ; sh:sourceConstraintComponent ?component ; sh:resultPath ?path ;"
        " sh:resultMessage ?message OPTIONAL { ?result sh:value ?value } } ORDER BY ?focus ?message"
    )
    assert isinstance(rows, ox.QuerySolutions)
    assert [[term and term.value.rpartition("/")[2] for term in row] for row in rows] == [
        ["aa", "12", "shacl#Info", "Is long."],
        ["aa", None, "shacl#Warning", "Says little."],
        ["be", None, "shacl#Warning", "Says little."],
    ]


def test_a_strict_check_stops_at_warnings(warned: Example) -> None:
    with pytest.raises(ValidationError, match=r"Is long \(and 2 more\)"):
        check(warned.project, lambda _: None, strict=True)


def test_a_strict_build_stops_at_warnings_and_another_shows_them(
    warned: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["build", "--project", str(warned.root)]
    assert main(arguments) == 0
    assert "(a warning): Says little.\n" in capsys.readouterr().out
    # Also where that release is there already.
    assert main([*arguments, "--strict"]) == ValidationError.exit_status
    assert "(a warning)" in capsys.readouterr().err


def test_the_same_violation_of_many_things_is_told_with_its_count(example: Example) -> None:
    more = "".join(f"id:river\\/{n} a riv:River .\n" for n in range(200))
    example.write("data/curation.ttl", CURATION + more)
    with pytest.raises(ValidationError) as caught:
        example.check()
    assert len(caught.value.details) == 2 * (TOLD + 1)
    assert caught.value.details[TOLD] == f"… and {200 - TOLD} more of this kind"
