"""Small Ecology: community action, and what stands in its way, neighbourhood by neighbourhood."""
