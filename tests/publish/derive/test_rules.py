"""Rules derive what follows, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import RuleError
from gcmgraph.publish.derive.rules import infer
from gcmgraph.rdf.graphs import triple

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox

    from example_project import Example

E = "http://e/"
CHAIN = {triple(f"{E}{i}", f"{E}next", f"{E}{i + 1}") for i in range(5)}


def run(folder: Path, *rules: str) -> set[ox.Triple]:
    for number, rule in enumerate(rules):
        (folder / f"{number}.rq").write_text("PREFIX : <http://e/>\n" + rule, "utf-8")
    return {*infer(CHAIN, folder.glob("*.rq"), folder)}


def test_rules_run_to_the_end_of_the_chain(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        "CONSTRUCT { ?a :before ?c } WHERE { ?a :before ?b . ?b :before ?c }",
        "CONSTRUCT { ?a :before ?b } WHERE { ?a :next ?b }",
    )
    assert len(found) == 15
    assert triple(E + "0", E + "before", E + "5") in found


def test_what_is_stated_is_not_inferred(tmp_path: Path) -> None:
    assert run(tmp_path, "CONSTRUCT WHERE { ?a :next ?b }") == set()


def test_the_example_project_infers(example: Example) -> None:
    assert len(example.check().graphs["inferred"]) == 3


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("SELECT * WHERE { ?a :next ?b }", r"0\.rq is no CONSTRUCT"),
        ("CONSTRUCT { ?a } WHERE { ?a :next ?b }", r"0\.rq, line 2, column \d+: no SPARQL"),
        ("CONSTRUCT { ?a dct:x ?b } WHERE { ?a :next ?b }", r"0\.rq, line 2, column \d+"),
        ("CONSTRUCT { ?a :knows [] } WHERE { ?a :next ?b }", "blank node"),
        ("CONSTRUCT { ?a :at ?t } WHERE { ?a :next ?b .\n BIND(NOW() AS ?t) }", "line 3: NOW"),
        ("CONSTRUCT { ?a :x ?t } WHERE { ?a :next ?b BIND( uuid ( ) AS ?t) }", "UUID"),
        (
            "CONSTRUCT { ?a :x ?b } WHERE { GRAPH ?g { ?a :next _:b MINUS { ?a :x ?b } } }",
            r"0\.rq: Line 2: blank nodes",
        ),
        ("CONSTRUCT { ?a :x ?t } WHERE { SERVICE <http://e/> { ?a :x ?t } }", "SERVICE"),
        (
            "CONSTRUCT { ?c :next ?a } WHERE { ?a :next ?b BIND(IRI(CONCAT(STR(?a), 'x')) AS ?c) }",
            r"do not come to rest within 50 rounds; look at 0\.rq",
        ),
    ],
)
def test_a_rule_at_fault_is_refused(tmp_path: Path, rule: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        run(tmp_path, rule)


def test_words_in_texts_and_names_are_not_refused(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        "# SERVICE NOW()\nCONSTRUCT { ?a :service ?service }"
        " WHERE { ?a :next ?b BIND('now() # service' AS ?service) }",
    )
    assert len(found) == 5
