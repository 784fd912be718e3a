"""The stewards' queue, their decisions, and the public log."""
