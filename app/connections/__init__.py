"""Which initiative grew out of, learned from or shares with which, and who vouches for whom."""
