"""What follows from what is stated."""
