"""Keys with which organisations sign their reports: one live key each, sealed; certificates stay for verification."""
