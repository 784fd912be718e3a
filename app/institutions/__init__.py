"""Who holds permissions: institutions and their desks, under all the names that people call them."""
