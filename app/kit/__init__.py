"""Nothing of our domain: errors, shapes, the grid, time and text."""
