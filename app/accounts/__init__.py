"""Organisations, people, memberships, sign-in."""
