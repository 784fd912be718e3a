"""What people do, and where."""
