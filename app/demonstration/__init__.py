"""Invented records about the three stand-in neighbourhoods: the demonstration, and the cast of the tests."""
