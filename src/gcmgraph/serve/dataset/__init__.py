"""The dataset as a whole: its page, files, terms, catalogue, citations."""
