"""Covers: what an organisation puts on the front of its reports."""
