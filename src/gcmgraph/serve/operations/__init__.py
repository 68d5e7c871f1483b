"""What those see who run the server: the log, the figures, whether it is ready."""
