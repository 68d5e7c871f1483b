"""Namespaces: every prefix, once, and of each vocabulary the terms that this program uses.

Each is a closed set: ``SKOS.brooder`` is an ``AttributeError``, and no type checker lets it pass. A
term is added below the others of its vocabulary; a test asks the vocabulary whether it is one.
"""

from __future__ import annotations

from typing import Final

PREFIXES: Final[dict[str, str]] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "csvw": "http://www.w3.org/ns/csvw#",
    # Dublin Core's elements take text where its terms want things.
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "earl": "http://www.w3.org/ns/earl#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "lime": "http://www.w3.org/ns/lemon/lime#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    # The UN writes schema.org with http, and so do we: one spelling joins, two do not.
    "schema": "http://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosmos": "http://purl.org/net/skosmos#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Namespace:
    """A vocabulary; each annotation of a subclass is a term, and has its IRI as value.

    A term that Python does not let stand as a name ends with ``_``: ``VOID.class_``.
    """

    def __init_subclass__(cls, *, prefix: str) -> None:
        for name in cls.__annotations__:
            setattr(cls, name, PREFIXES[prefix] + name.removesuffix("_"))


class CSVW(Namespace, prefix="csvw"):
    Column: str
    column: str
    name: str
    Schema: str
    Table: str
    tableSchema: str
    url: str


class DC(Namespace, prefix="dc"):
    creator: str
    language: str
    rights: str


class DCAT(Namespace, prefix="dcat"):
    accessURL: str
    byteSize: str
    Catalog: str
    compressFormat: str
    contactPoint: str
    DataService: str
    Dataset: str
    dataset: str
    Distribution: str
    distribution: str
    downloadURL: str
    endDate: str
    endpointDescription: str
    endpointURL: str
    hasCurrentVersion: str
    isVersionOf: str
    keyword: str
    landingPage: str
    mediaType: str
    servesDataset: str
    service: str
    startDate: str
    theme: str
    themeTaxonomy: str
    version: str


class DCT(Namespace, prefix="dct"):
    accessRights: str
    available: str
    conformsTo: str
    created: str
    creator: str
    date: str
    description: str
    extent: str
    format: str
    hasPart: str
    identifier: str
    isPartOf: str
    isReplacedBy: str
    issued: str
    isVersionOf: str
    language: str
    license: str
    LicenseDocument: str
    LinguisticSystem: str
    Location: str
    MediaType: str
    MediaTypeOrExtent: str
    modified: str
    PeriodOfTime: str
    publisher: str
    rights: str
    RightsStatement: str
    source: str
    spatial: str
    Standard: str
    temporal: str
    title: str


class EARL(Namespace, prefix="earl"):
    Assertion: str
    cantTell: str
    failed: str
    info: str
    outcome: str
    passed: str
    result: str
    subject: str
    test: str
    TestCriterion: str
    TestResult: str
    untested: str


class FOAF(Namespace, prefix="foaf"):
    Agent: str
    Document: str
    homepage: str
    name: str
    page: str
    primaryTopic: str


class HYDRA(Namespace, prefix="hydra"):
    Collection: str
    first: str
    last: str
    next: str
    PartialCollectionView: str
    previous: str
    totalItems: str
    view: str


class LIME(Namespace, prefix="lime"):
    language: str
    lexicalizationModel: str
    lexicalizations: str
    LexicalizationSet: str
    referenceDataset: str
    references: str


class OA(Namespace, prefix="oa"):
    end: str
    exact: str
    hasSelector: str
    hasSource: str
    start: str


class OWL(Namespace, prefix="owl"):
    AnnotationProperty: str
    Class: str
    DatatypeProperty: str
    equivalentClass: str
    equivalentProperty: str
    inverseOf: str
    ObjectProperty: str
    Ontology: str
    sameAs: str
    versionIRI: str


class PROV(Namespace, prefix="prov"):
    Entity: str
    invalidatedAtTime: str
    Plan: str
    used: str
    wasAttributedTo: str
    wasDerivedFrom: str
    wasQuotedFrom: str


class QB(Namespace, prefix="qb"):
    concept: str


class RDF(Namespace, prefix="rdf"):
    first: str
    PlainLiteral: str
    langString: str
    nil: str
    object: str
    predicate: str
    Property: str
    rest: str
    subject: str
    type: str
    value: str


class RDFS(Namespace, prefix="rdfs"):
    Class: str
    comment: str
    domain: str
    isDefinedBy: str
    label: str
    range: str
    seeAlso: str
    subClassOf: str
    subPropertyOf: str


class SCHEMA(Namespace, prefix="schema"):
    domainIncludes: str
    name: str
    text: str


class SD(Namespace, prefix="sd"):
    availableGraphs: str
    BasicFederatedQuery: str
    Dataset: str
    defaultDataset: str
    defaultEntailmentRegime: str
    defaultGraph: str
    endpoint: str
    feature: str
    Graph: str
    graph: str
    GraphCollection: str
    name: str
    NamedGraph: str
    namedGraph: str
    resultFormat: str
    Service: str
    SPARQL11Query: str
    supportedLanguage: str


class SH(Namespace, prefix="sh"):
    conforms: str
    declare: str
    description: str
    focusNode: str
    Info: str
    maxCount: str
    maxLength: str
    message: str
    minCount: str
    minLength: str
    namespace: str
    NodeShape: str
    path: str
    pattern: str
    prefix: str
    PrefixDeclaration: str
    property: str
    PropertyShape: str
    qualifiedMaxCount: str
    qualifiedMinCount: str
    result: str
    resultMessage: str
    resultPath: str
    resultSeverity: str
    select: str
    shapesGraphWellFormed: str
    sourceConstraintComponent: str
    sourceShape: str
    sparql: str
    SPARQLConstraintComponent: str
    targetClass: str
    targetNode: str
    targetObjectsOf: str
    targetSubjectsOf: str
    uniqueLang: str
    ValidationReport: str
    ValidationResult: str
    value: str
    Violation: str
    Warning: str


class SKOS(Namespace, prefix="skos"):
    altLabel: str
    ConceptScheme: str
    definition: str
    editorialNote: str
    exactMatch: str
    example: str
    hiddenLabel: str
    inScheme: str
    notation: str
    prefLabel: str
    scopeNote: str


class SPDX(Namespace, prefix="spdx"):
    algorithm: str
    Checksum: str
    checksum: str
    checksumAlgorithm_sha256: str
    checksumValue: str


class VANN(Namespace, prefix="vann"):
    preferredNamespacePrefix: str


class VOID(Namespace, prefix="void"):
    class_: str
    classes: str
    classPartition: str
    dataDump: str
    Dataset: str
    DatasetDescription: str
    distinctObjects: str
    distinctSubjects: str
    entities: str
    feature: str
    linkPredicate: str
    Linkset: str
    objectsTarget: str
    properties: str
    property: str
    propertyPartition: str
    sparqlEndpoint: str
    subjectsTarget: str
    subset: str
    triples: str
    uriSpace: str
    vocabulary: str


class XSD(Namespace, prefix="xsd"):
    anyURI: str
    boolean: str
    date: str
    dateTime: str
    decimal: str
    double: str
    gYear: str
    gYearMonth: str
    hexBinary: str
    integer: str
    nonNegativeInteger: str
    string: str
