"""Bounded places, their boundaries and their postcodes."""
