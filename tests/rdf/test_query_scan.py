"""What the text of a query shows."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from gcmgraph.rdf.query_scan import MOST_DEPTH, Form, Service, scan


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", Form.SELECT),
        ("# ASK\nprefix ask: <x:construct>\nbase <x:y> sElEcT(1 as ?x){}", Form.SELECT),
        ("ASK{}", Form.ASK),
        ("CONSTRUCT WHERE {}", Form.CONSTRUCT),
        ("DESCRIBE<x:y>", Form.DESCRIBE),
        ("PREFIX a: <x:y> INSERT DATA {}", Form.UPDATE),
        ("with <x:y> delete {} where {}", Form.UPDATE),
        ("", None),
        ("{}", None),
        ("SELECTION", None),
    ],
)
def test_form(text: str, form: Form | None) -> None:
    assert scan(text).form is form


def test_dataset_is_read_with_prefixes_base_and_escapes() -> None:
    facts = scan(
        "BASE <http://x.test/a/> PREFIX ex: <http://ex.test/> "
        "SELECT * FROM ex:one FROM <two> FROM <http://x.test/\\u0041> FROM ex:one "
        "FROM NAMED <three> WHERE { ?from ex:from 'FROM <no>' } # FROM <no>"
    )
    assert facts.default_graphs == (
        "http://ex.test/one",
        "http://x.test/a/two",
        "http://x.test/A",
    )
    assert facts.named_graphs == ("http://x.test/a/three",)


@pytest.mark.parametrize(
    ("text", "written", "iri"),
    [
        ("ASK { SERVICE <http://x.test/> {} }", "<http://x.test/>", "http://x.test/"),
        ("ASK{sErViCe#SILENT\n silent?x{}}", "?x", None),
        ("PREFIX e: <x:> ASK { FILTER EXISTS { SERVICE e:y {} } }", "e:y", "x:y"),
        ("PREFIX e: <x:> PREFIX e: <z:> ASK { SERVICE e:y {} }", "e:y", "z:y"),
        (
            "BASE <http://x.test/a/> ASK { SERVICE<../\\u0062>{} }",
            "<../\\u0062>",
            "http://x.test/b",
        ),
        ("ASK { { SELECT * { SERVICE ?x {} } } SERVICE ?x {} }", "?x", None),
        ("ASK { SERVICE e:y {} }", "e:y", None),
    ],
)
def test_services_are_found(text: str, written: str, iri: str | None) -> None:
    assert scan(text).services == (Service(written, iri),)


def test_of_too_many_services_some_are_hidden() -> None:
    text = "ASK { " + "SERVICE <x:y> {} " * 2000 + "}"
    assert Service("", None) in scan(text).services


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX service: <http://x.test/service#> ASK { ?service service:service <x:/service> }",
        "ASK { ?s ?p 'SERVICE', \"SERVICE\", '''SERVICE' ''', \"\"\"\"SERVICE\"\"\" }",
        "ASK { ?s ?p '\\'SERVICE <x:y>' } # SERVICE <x:y> {}",
        "PREFIX ex: <x:> ASK { ?s ex:service ?o ; ex:my.service.SERVICE ?o }",
        "ASK { FILTER(?a<?b && ?c>'SERVICE') }",
        "PREFIX service: <x:> ASK { GRAPH service:g { ?s ?p _:service } }",
        "ASK { ?s ?p <http://x.test/(a)/service> }",
    ],
)
def test_what_only_looks_like_a_service_is_none(text: str) -> None:
    assert scan(text).services == ()


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX e: <x:> ASK { SERVICEe:y {} }",
        "PREFIX e: <x:> PREFIX SERVICEe: <x:> ASK { SERVICEe:y {} }",
        "ASK { ?s ?p trueSERVICE?x {} }",
        "PREFIX e: <x:> ASK { ?s ?p trueSERVICEe:y {} }",
        "ASK { FILTER(1<2)SERVICE?x#>\n {} }",
        "ASK { VALUES ?x { '''a' } SERVICE ?x {} }",
    ],
)
def test_a_service_that_only_the_engine_sees_is_found(text: str) -> None:
    assert scan(text).services != ()


def test_the_engine_knows_no_escaped_keywords() -> None:
    # The standard decodes \u escapes before it parses (§19.2); were the engine to do so, keywords
    # could hide from the facts.
    with pytest.raises(SyntaxError):
        ox.Store().query("ASK { \\u0053ERVICE <http://127.0.0.1/> {} }")


def test_canonical_text_knows_no_white_space_and_no_comments() -> None:
    spaced = scan("SELECT  * # all\n{?s <x:y>  'a  b'@en;?p 1.5}")
    dense = scan("SELECT*{ ?s<x:y>'a  b'@en ; ?p 1.5 }")
    assert spaced.canonical == dense.canonical
    assert scan("ASK {?s ?p 'a b'}").canonical != scan("ASK {?s ?p 'a  b'}").canonical
    assert scan("ASK {?s ?p '#a'}").canonical != scan("ASK {?s ?p '#b'}").canonical


@pytest.mark.parametrize("line", ["FILTER(1<2)#>", "FILTER(?p<p:b#>", "FILTER(?p<?p#>"])
def test_texts_that_the_engine_reads_apart_are_not_one_query(line: str) -> None:
    # The standard sees an IRI here; the engine sees a comment, which ends with the line.
    broken = scan(f"SELECT * {{ {line}\n ?s ?p ?o \n }}")
    joined = scan(f"SELECT * {{ {line} ?s ?p ?o \n }}")
    assert broken.canonical != joined.canonical


def test_an_undeclared_prefix_is_found_where_it_stands() -> None:
    undeclared = scan("PREFIX a: <x:>\nASK { a:b b:c _:d }").undeclared
    assert undeclared is not None
    assert (undeclared.name, undeclared.line, undeclared.column) == ("b", 2, 11)


def test_depth_counts_brackets_and_not_what_looks_like_them() -> None:
    assert scan("ASK { ?s ?p '{{{', <x:(((> # [[[\n FILTER((1)) }").depth == 3
    assert scan("ASK " + "{} " * 5000).depth == 1
    assert scan("ASK " + "{" * 100_000 + "}" * 100_000).depth > MOST_DEPTH


def test_a_comment_at_the_end_declares_and_uses_nothing() -> None:
    assert scan("ASK {} # ex:a").undeclared is None


@pytest.mark.parametrize(
    "piece",
    ['"\\', '"""\\', "a.", "<a", "'''\\", '\\"""\'', "_", "a-", '""', "(", "1.", "@a-", "?", "\\"],
)
def test_any_text_is_scanned_in_linear_time(piece: str) -> None:
    # Quadratic reading of two hundred thousand pieces would not end within the test run.
    facts = scan("ASK { " + piece * 200_000)
    assert facts.form is Form.ASK
    assert len(facts.canonical) >= 200_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ASK {\n FILTER(now() > ?t) }", ("NOW", 2)),
        ("ASK {}\n\n{ SERVICE <x:y> {} }", ("SERVICE", 3)),
        ("SELECT (BNODE() AS ?b) {}", ("BNODE", 1)),
        ('# NOW()\nASK { ?now a:rand \'UUID()\', <x:now>, """\nRAND()""" }', None),
        ("PREFIX now: <x:>\nASK { now:uuid ?p 'x'@rand }", None),
    ],
)
def test_the_word_that_makes_an_answer_change_is_found_with_its_line(
    text: str, found: tuple[str, int] | None
) -> None:
    assert scan(text).unsteady == found
