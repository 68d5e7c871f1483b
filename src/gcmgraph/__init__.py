"""A knowledge-graph builder and linked-data publisher: documents in, validated RDF out."""

__version__ = "0.2.0"
