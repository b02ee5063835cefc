"""Tests of the index look at all of it: a database of their own."""

from tests.own_database import app, settings

__all__ = ["app", "settings"]
