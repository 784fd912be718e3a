"""What institutions answer in public, and what the groups say of it."""
