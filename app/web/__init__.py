"""What all pages share: templates, forms, headers, problems, formats."""
