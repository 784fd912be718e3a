"""The privacy step: the only writer of the read model."""
