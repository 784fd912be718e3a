"""The engine that finds recurring barriers, trained and judged on planted ones. They come from a folder of yours."""
