"""Ties between initiatives, from a file."""
