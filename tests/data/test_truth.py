"""What a source's graph says stands in the words it is quoted from."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.rdf.namespaces import OA, PROV, RDF, SKOS

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked

GCM = "https://w3id.org/gcmgraph/ontology#"
ID = "https://w3id.org/gcmgraph/id/"

#: Values that no document has in these very characters, each with the words that say them.
SAID_OTHERWISE = {
    ("event/gcm-talk-universal-health-coverage", "2023-05-16"): "16 May 2023",
    ("measure/health-capacity-building-events", "2"): "two",
    ("component/luxembourg-care", "true"): "free",
    ("component/belgium-care", "true"): "free of charge",
    ("cited-work/government-of-peru-nd", "true"): "n.d.",
    ("focus/wg6-initial", "true"): "initially",
    ("focus/wg6-expanded", "false"): "later expanded",
    # The notation of an action is the number of its objective and the letter in the document.
    **{(f"action/15{letter}", f"15{letter}"): f"{letter}." for letter in "abcdef"},
}


#: What a thing points at stands in its words, too: by one of its labels, or as is said here.
NAMED = (
    "asksForInstitution committedBy country covers kindOfEducation level mentions participant "
    "place prohibitedGround provider requestedFrom role status supports targetGroup"
)
NAMED_OTHERWISE = {
    "institution-type/independent-institution": "independent institutions",
    "institution-type/national-human-rights-institution": "national human rights institutions",
    "level/local": "local",
    "organization/federal-authorities-of-belgium": "the federal authorities",
    "organization/government-of-chile": "the government",
    "organization/government-of-luxembourg": "the government",
    "organization/luxembourg-foreign-affairs": "ministries (including foreign affairs",
    "organization/luxembourg-health": "ministries (including foreign affairs and health)",
    "organization/national-governments": "national and local governments",
    "right/liberty-and-security-of-person": "liberty and security of person",
    "role/advocate": "advocated for",
    "role/lead": "led by|the government provides|the government implemented|is implementing",
    "role/partner": "close collaboration between",
    "role/payer": "reimbursed by",
    "role/requester": "has officially requested",
    "role/supporter": "support of",
    "status/achieved": "were carried out|have allowed",
    "status/in-effect": "since 2017|covers|can access",
    "status/planned": "will target|reach at least|organise two",
    "status/under-way": "is being set up|is implementing",
    "target-group/applicants-for-international-protection": "applied for international protection",
    "target-group/children-of-migrants": "their spouses and children",
    "target-group/migrant-residents": "migrant residents",
    "target-group/spouses-of-migrants": "their spouses",
    "theme/vocational-training": "on-the-job and vocational|on-job and vocational",
}


def plain(words: str) -> str:
    """Words without the mark-up of an extraction, in one line and in lower case."""
    return " ".join(re.sub(r"\*\*|</?u>|[“”\"]", "", words).split()).lower()


def quoted(checked: Checked, source: str) -> dict[str, str]:
    """Per thing of a source: the words of all excerpts it is quoted from, in reading order."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in checked.graphs[source])
    rows = store.query(
        f"""SELECT ?thing ?words WHERE {{
            ?thing <{PROV.wasQuotedFrom}>/<{OA.hasSelector}> ?s .
            ?s <{OA.exact}> ?words ; <{OA.start}> ?start }} ORDER BY ?start"""
    )
    words = defaultdict(list)
    for row in rows:
        words[row["thing"].value].append(row["words"].value)
    return {thing: plain(" ".join(parts)) for thing, parts in words.items()}


def test_every_literal_of_a_source_stands_in_the_words_it_is_quoted_from(checked):
    for source in checked.sources:
        words = quoted(checked, source)
        literals = [
            (t.subject.value, t.object)
            for t in checked.graphs[source]
            if t.subject.value in words and isinstance(t.object, ox.Literal)
        ]
        assert literals, source
        for thing, literal in literals:
            value = SAID_OTHERWISE.get((thing.removeprefix(ID), literal.value), literal.value)
            spellings = {plain(value)} | ({f"{int(value):,}"} if value.isdigit() else set())
            assert any(
                re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", words[thing])
                for spelling in spellings
            ), f"{source}: {thing} says {value!r}; its excerpts: {words[thing]!r}"


def labels(checked: Checked) -> dict[str, set[str]]:
    found = defaultdict(set)
    for t in checked.default:
        if t.predicate.value in (SKOS.prefLabel, SKOS.altLabel):
            found[t.subject.value].add(plain(t.object.value))
    return found


def test_every_thing_that_a_source_points_at_stands_in_the_words(checked):
    known = labels(checked)
    properties = {GCM + name for name in NAMED.split()}
    seen = set()
    for source in checked.sources:
        words = quoted(checked, source)
        for t in checked.graphs[source]:
            if t.predicate.value in properties and t.subject.value in words:
                target = t.object.value
                seen.add(target.removeprefix(ID))
                said = NAMED_OTHERWISE.get(target.removeprefix(ID))
                spellings = set(said.split("|")) if said else known[target]
                assert any(s in words[t.subject.value] for s in spellings), (
                    f"{source}: {t.subject.value} {t.predicate.value} {target}; "
                    f"its excerpts: {words[t.subject.value]!r}"
                )
    assert set(NAMED_OTHERWISE) <= seen


def test_what_is_said_otherwise_is_said_by_something(checked):
    values = {
        (t.subject.value.removeprefix(ID), t.object.value)
        for source in checked.sources
        for t in checked.graphs[source]
    }
    assert set(SAID_OTHERWISE) <= values


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
        if kinds.get(t.subject) not in {"Conclusion", "TextDefect", "Publication"}
        and t.predicate.value != SKOS.prefLabel
        and (t.subject, t.predicate.value, t.object) not in concluded
    ]
    assert unexplained == []
