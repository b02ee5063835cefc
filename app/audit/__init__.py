"""The trail: append-only, hash-linked events."""
