"""Bytes on disk, by their SHA-256. Knows no rows."""
