"""From files to graphs: documents, statements, other publishers' data."""
