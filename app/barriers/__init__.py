"""Which permission stood in the way, and what helped people through."""
