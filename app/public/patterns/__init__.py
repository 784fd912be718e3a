"""Barriers that recur: their pages, filters, order and sentences."""
