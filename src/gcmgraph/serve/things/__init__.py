"""The things that the graph tells of, their documents, and what they stand in."""
