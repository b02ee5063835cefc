"""The evidence library as a whole."""
