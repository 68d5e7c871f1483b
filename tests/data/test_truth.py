"""What must be true of the real graphs, beside what ``gcmgraph check`` asks of any."""

from __future__ import annotations

from collections import defaultdict

from gcmgraph.rdf.namespaces import RDF, SKOS

GCM = "https://w3id.org/gcmgraph/ontology#"
ID = "https://w3id.org/gcmgraph/id/"


def test_the_second_extraction_says_nothing_of_chile(checked):
    graph = checked.graphs["objective-15-flyer-second-extraction"]
    chile = "http://metadata.un.org/sdg/codes/geoArea/152"
    terms = {term.value for t in graph for term in t}
    assert f"{ID}practice/chile-health-care" in terms
    assert not terms & {chile, f"{ID}organization/government-of-chile", f"{GCM}lesson"}


def test_every_statement_of_the_curators_is_a_name_or_has_its_conclusion(checked):
    graph = checked.graphs["curation"]
    conclusions = defaultdict(dict)
    for t in graph:
        conclusions[t.subject][t.predicate.value] = t.object
    concluded = {
        (c[RDF.subject], c[RDF.predicate].value, c[RDF.object])
        for c in conclusions.values()
        if RDF.subject in c
    }
    assert concluded
    kinds = {
        t.subject: t.object.value.removeprefix(GCM) for t in graph if t.predicate.value == RDF.type
    }
    unexplained = [
        t
        for t in graph
        if kinds.get(t.subject) not in {"Conclusion", "Examination", "TextDefect", "Publication"}
        and t.predicate.value != SKOS.prefLabel
        and (t.subject, t.predicate.value, t.object) not in concluded
    ]
    assert unexplained == []
