"""The engine that finds recurring barriers, trained and judged on planted ones. They come from a folder of yours."""

# First of all, so that NumPy is told how many threads it may have, as in the service.
import app  # noqa: F401
