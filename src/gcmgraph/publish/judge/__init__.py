"""Whether it holds: evidence, shapes, constraints."""
