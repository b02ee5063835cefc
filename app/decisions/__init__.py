"""Deciding: what was approved stays readable, and what changed since."""
