"""The engine that finds recurring barriers, trained and judged on planted ones. The planted ones come from a folder of yours."""
