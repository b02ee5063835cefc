"""The library of evidence items of an organisation."""
