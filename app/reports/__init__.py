"""Reports: one frozen `Report`, built purely, that pages, PDF, workbook and JSON only format."""
