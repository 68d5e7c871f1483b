"""What HTTP wants of every response: formats, links, problems, conditions, codings."""
