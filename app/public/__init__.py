"""The anonymous web: pages, features, maps."""
