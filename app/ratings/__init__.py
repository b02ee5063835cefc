"""Several raters of an assessment: rounds in which they rate blind, and how far they agree."""
