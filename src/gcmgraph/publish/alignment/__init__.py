"""Our links and labels held against what portals publish."""
