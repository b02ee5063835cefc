"""Working together: who answers what by when, how far it is, what is due, and who is reminded."""
