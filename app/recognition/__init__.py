"""A council, a funder or a group says in public that it recognises an initiative; the group accepts or declines."""
