"""What the dataset is and holds, as data."""
