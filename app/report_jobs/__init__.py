"""Reports that are made by workers: who asked for which, how far it is, and the file that came of it (ADR 27)."""
