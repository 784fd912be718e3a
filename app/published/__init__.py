"""The read model: allow-listed, coarsened, disposable."""
