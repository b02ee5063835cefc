"""Cycles: the assessment that this one follows, its answers beside these, and what is carried forward."""
