"""The shapes themselves, judged before they judge.

SHACL lets an engine pass over what it does not know, so a misspelt ``sh:mincount`` constrains
nothing and nobody notices. Every term below ``sh:`` must therefore be one of SHACL's, every
constraint must bear a name and a message, and what an engine is known to misread is refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import Fault, ValidationError, refuse
from gcmgraph.rdf.graphs import Graph, Term, iri_of, terms_of
from gcmgraph.rdf.namespaces import OWL, PREFIXES, RDF, RDFS, SH, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.publish.read.locate import Locator

#: The terms of https://www.w3.org/ns/shacl# that belong to SHACL Core and SHACL-SPARQL.
_TERMS: Final = """
    AbstractResult AndConstraintComponent BlankNode BlankNodeOrIRI BlankNodeOrLiteral
    ClassConstraintComponent ClosedConstraintComponent ConstraintComponent
    DatatypeConstraintComponent DisjointConstraintComponent EqualsConstraintComponent
    HasValueConstraintComponent IRI IRIOrLiteral InConstraintComponent Info
    LanguageInConstraintComponent LessThanConstraintComponent
    LessThanOrEqualsConstraintComponent Literal MaxCountConstraintComponent
    MaxExclusiveConstraintComponent MaxInclusiveConstraintComponent MaxLengthConstraintComponent
    MinCountConstraintComponent MinExclusiveConstraintComponent MinInclusiveConstraintComponent
    MinLengthConstraintComponent NodeConstraintComponent NodeKind NodeKindConstraintComponent
    NodeShape NotConstraintComponent OrConstraintComponent Parameter Parameterizable
    PatternConstraintComponent PrefixDeclaration PropertyConstraintComponent PropertyGroup
    PropertyShape QualifiedMaxCountConstraintComponent QualifiedMinCountConstraintComponent
    ResultAnnotation SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint
    SPARQLConstraintComponent SPARQLConstructExecutable SPARQLExecutable SPARQLSelectExecutable
    SPARQLSelectValidator SPARQLUpdateExecutable Severity Shape UniqueLangConstraintComponent
    ValidationReport ValidationResult Validator Violation Warning XoneConstraintComponent
    alternativePath and annotationProperty annotationValue annotationVarName ask class closed
    conforms construct datatype deactivated declare defaultValue description detail disjoint
    entailment equals flags focusNode group hasValue ignoredProperties in inversePath
    labelTemplate languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength
    message minCount minExclusive minInclusive minLength name namespace node nodeKind
    nodeValidator not oneOrMorePath optional or order parameter path pattern prefix prefixes
    property propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape
    qualifiedValueShapesDisjoint result resultAnnotation resultMessage resultPath resultSeverity
    select severity shapesGraph shapesGraphWellFormed sourceConstraint sourceConstraintComponent
    sourceShape sparql suggestedShapesGraph targetClass targetNode targetObjectsOf
    targetSubjectsOf uniqueLang update validator value xone zeroOrMorePath zeroOrOnePath
"""
TERMS: Final = frozenset(_TERMS.split())

_COUNTS: Final = frozenset(
    {
        SH.minCount,
        SH.maxCount,
        SH.minLength,
        SH.maxLength,
        SH.qualifiedMinCount,
        SH.qualifiedMaxCount,
    }
)
_SILENT_TERMS: Final = """
    property sparql targetClass targetNode targetObjectsOf targetSubjectsOf ignoredProperties
    name description message severity deactivated group order declare prefixes
"""
#: What a node shape may say without constraining anything by itself.
_SILENT: Final = frozenset(PREFIXES["sh"] + name for name in _SILENT_TERMS.split())
_SHAPES: Final = frozenset({SH.NodeShape, SH.PropertyShape})
_CLASSES: Final = frozenset({RDFS.Class, OWL.Class})
_TARGETS: Final = frozenset(
    {SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf}
)
#: Look-around, Unicode classes and back references: engines differ, or take them as never true.
_PATTERN: Final = re.compile(r"\(\?[=!<]|\\[pP]\{|(?<!\\)\\[1-9]")


def check_shapes(written: Graph, locator: Locator) -> int:
    """Check the shapes as written and return how many constraints they name.

    Raises:
        ValidationError: naming each fault, its place, and what is right.

    """
    facts: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for t in sorted(written, key=str):
        facts[t.subject][t.predicate.value].append(t.object)
    pointed_at = {t.object for t in written}
    constraints: set[Term] = set()
    faults = list(_strange_terms(written, locator))
    for subject in sorted(facts, key=str):
        shape = facts[subject]
        for predicate in (SH.property, SH.sparql):
            constraints |= set(shape.get(predicate, []))
        if _constrains(shape):
            constraints.add(subject)
        faults += _nameless(subject, shape, locator)
        faults += _idle(subject, shape, pointed_at, locator)
        faults += _strange_values(subject, shape, locator)
    for constraint in sorted(constraints, key=str):
        if isinstance(constraint, ox.NamedNode) and SH.message not in facts.get(constraint, {}):
            faults.append(
                Fault(
                    f"{_place(constraint.value, locator)}: the constraint <{constraint.value}> has "
                    "no sh:message; say in plain words what is right.",
                    "message",
                )
            )
    refuse(ValidationError, faults)
    return len(constraints)


def _strange_terms(written: Graph, locator: Locator) -> Iterator[Fault]:
    for iri in sorted({t.value for t in terms_of(written) if isinstance(t, ox.NamedNode)}):
        name = iri.removeprefix(PREFIXES["sh"])
        if name != iri and name not in TERMS:
            where = locator.mention(iri) or "shapes"
            yield Fault(
                f"{where}: sh:{name} is no term of SHACL, so engines would pass over it; correct "
                "its spelling.",
                "term",
            )


def _nameless(subject: Term, shape: dict[str, list[Term]], locator: Locator) -> Iterator[Fault]:
    for predicate in (SH.property, SH.sparql):
        if any(not isinstance(constraint, ox.NamedNode) for constraint in shape.get(predicate, [])):
            yield Fault(
                f"{_place(iri_of(subject), locator)}: the shape <{iri_of(subject)}> has a "
                "constraint without a name; give it an IRI, so that it can be cited.",
                "name",
            )


def _constrains(shape: dict[str, list[Term]]) -> bool:
    """Whether this is a node shape that constrains its focus nodes by itself."""
    own = {p for p in shape if p.startswith(PREFIXES["sh"])} - _SILENT
    return ox.NamedNode(SH.NodeShape) in shape.get(RDF.type, []) and bool(own)


def _idle(
    subject: Term, shape: dict[str, list[Term]], pointed_at: set[Term], locator: Locator
) -> Iterator[Fault]:
    """Yield a fault for a shape that judges nothing: no target, and no other shape's part."""
    kinds = {iri_of(kind) for kind in shape.get(RDF.type, [])}
    if kinds & _SHAPES and not (
        kinds & _CLASSES or _TARGETS & shape.keys() or subject in pointed_at
    ):
        yield Fault(
            f"{_place(iri_of(subject), locator)}: the shape <{iri_of(subject)}> judges nothing; "
            "give it a target, or let another shape point at it.",
            "idle",
        )


def _strange_values(
    subject: Term, shape: dict[str, list[Term]], locator: Locator
) -> Iterator[Fault]:
    for predicate in sorted(_COUNTS & shape.keys()):
        for value in shape[predicate]:
            if (
                not isinstance(value, ox.Literal)
                or value.datatype.value != XSD.integer
                or not (value.value.isascii() and value.value.isdigit())
            ):
                yield Fault(
                    f"{_place(iri_of(subject), locator)}: {_short(predicate)} of "
                    f"<{iri_of(subject)}> must be a whole number, and is {value}.",
                    predicate,
                )
    for value in shape.get(SH.pattern, []):
        if not isinstance(value, ox.Literal) or _PATTERN.search(value.value):
            yield Fault(
                f"{_place(iri_of(subject), locator)}: the sh:pattern of <{iri_of(subject)}> uses "
                "look-around, \\p{…} or a back reference, which engines read differently; write a "
                "plainer one, or a sh:sparql constraint.",
                "pattern",
            )


def _short(iri: str) -> str:
    return "sh:" + iri.removeprefix(PREFIXES["sh"])


def _place(iri: str, locator: Locator) -> str:
    return locator.locate(iri) or "shapes"
