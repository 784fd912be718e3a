"""Files in: dry run, provenance, undo."""
