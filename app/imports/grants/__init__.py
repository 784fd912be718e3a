"""Published grants in: the 360Giving standard, row by row, placed by whom they are for."""
