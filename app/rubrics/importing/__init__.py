"""Bringing in a rubric of one's own: from a workbook, from CSV, from a CISO Assistant library. Pure: bytes in, a rubric out."""
