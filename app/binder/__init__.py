"""The site-visit binder: one ZIP with the report, every cited file that the reader may see, an index and a manifest."""
