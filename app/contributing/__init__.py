"""The private web of contributors: adding, changing and taking back, without an account."""
