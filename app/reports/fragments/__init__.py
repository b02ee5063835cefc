"""A long report made of parts: each laid out alone, kept by its content, and joined into one file with page numbers."""
