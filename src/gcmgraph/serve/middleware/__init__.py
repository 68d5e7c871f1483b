"""What happens to every request and response, one habit to a module."""
