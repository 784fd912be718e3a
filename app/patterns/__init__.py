"""Barriers that recur: the same rule, or habit, of the same holder, met by independent groups."""
