"""What an answer costs, beside the bare web framework and an ordinary ORM endpoint: `make bench`."""
