"""RDF: terms, namespaces, formats, graphs, and how they are read and written."""
