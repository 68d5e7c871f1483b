"""The processes of a server, and their life: listening, reloading, ending."""
