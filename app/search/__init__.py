"""Search over criteria, answers and evidence; nobody finds what they may not read."""
