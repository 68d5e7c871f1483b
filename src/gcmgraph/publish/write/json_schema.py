"""What nested JSON looks like, for programs that check it (JSON Schema 2020-12).

A property's schema follows from its term in the context, its description from the vocabulary. The
first thing stands as an example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gcmgraph.rdf import jsonld
from gcmgraph.rdf.jsonld import CONCLUDED, DERIVED, ITEMS
from gcmgraph.rdf.namespaces import DCT, RDFS, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcmgraph.publish.write.frames import Frame

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MEANINGS: Final = (SKOS.definition, RDFS.comment, DCT.description)
_IRI: Final = {"type": "string", "format": "iri"}
_TEXT: Final = {"type": "string"}
_KINDS: Final = {XSD.integer: {"type": "integer"}, XSD.boolean: {"type": "boolean"}}

_CONCLUDED: Final = {
    "description": "What somebody concluded of this thing, and why.",
    "type": "array",
    "items": {"type": "object", "required": ["id"]},
}
_DERIVED: Final = {
    "description": "What stands here because a rule derived it, and which rule.",
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"predicate": _TEXT, "object": _TEXT, "rule": _IRI},
        "required": ["predicate", "object", "rule"],
        "additionalProperties": False,
    },
}

Schema = dict[str, Any]


def schema_of(
    frame: Frame,
    terms: Mapping[str, jsonld.Term],
    facts: Mapping[str, Mapping[str, list[jsonld.Value]]],
    things: list[dict[str, Any]],
) -> Schema:
    """Return the schema of ``things``, which tell what a frame asks for of ``facts``."""

    def thing(asked: Frame) -> Schema:
        properties: Schema = {
            jsonld.ID: _IRI,
            jsonld.TYPE: {"type": "array", "items": _TEXT},
        }
        for name, inner in asked.items():
            if term := terms.get(name):
                meaning = _meaning(facts.get(term.iri, {}))
                properties[name] = ({"description": meaning} if meaning else {}) | values(
                    term, inner
                )
        properties |= {CONCLUDED: _CONCLUDED, DERIVED: _DERIVED}
        return {
            "type": "object",
            "properties": properties,
            "required": [jsonld.ID],
            "additionalProperties": False,
        }

    def values(term: jsonld.Term, inner: Frame) -> Schema:
        if term.coercion == "@language":
            one = {"type": "array", "items": _TEXT} if term.many else _TEXT
            return {"type": "object", "additionalProperties": one}
        if term.coercion == "@id":
            one = thing(inner) if inner else _IRI
        else:
            one = _KINDS.get(term.coercion or "", _TEXT)
        return {"type": "array", "items": one} if term.many else one

    return {
        "$schema": _DIALECT,
        "description": "The file as a whole. A line of the .ndjson file is a #/$defs/thing.",
        "type": "object",
        "properties": {
            "@context": {"type": "object"},
            ITEMS: {"type": "array", "items": {"$ref": "#/$defs/thing"}},
        },
        "required": [ITEMS],
        "$defs": {"thing": thing(frame) | {"examples": things[:1]}},
    }


def _meaning(facts: Mapping[str, list[jsonld.Value]]) -> str | None:
    """Return the English definition of a property, else the first."""
    for predicate in _MEANINGS:
        found = [value for value in facts.get(predicate, []) if isinstance(value, jsonld.Literal)]
        if found:
            return min(found, key=lambda text: text.language != "en").value
    return None
