"""What the templates print where a page number belongs; see app.reports.page_references."""

BLANK = "\u2007\u2007\u2007"
"""Three figure spaces, each as wide as a digit. User text never contains them: U+2007 is replaced before rendering."""
