"""A knowledge-graph builder and linked-data publisher: documents in, validated RDF out."""

__version__ = "0.1.0"
