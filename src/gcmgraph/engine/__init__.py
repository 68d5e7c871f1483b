"""What answers a query: an engine in worker processes, behind one small protocol."""
