"""One neighbourhood on one page, for those who give money, and what groups say of it."""
