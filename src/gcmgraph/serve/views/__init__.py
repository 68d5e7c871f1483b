"""What is shown, made from what was read: pages, schema.org, citations, listings."""
