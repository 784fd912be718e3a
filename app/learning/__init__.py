"""An initiative's own learning journal: what was tried, what was learned, what changed among people."""
