"""What the people of the house say to each other about a criterion. Guests see nothing of it."""
