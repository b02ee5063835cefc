"""Sapa: self-assessment of quality assurance and double-degree readiness for universities."""

__version__ = "0.1.0"
