"""Published grants, and how being funded went for those who were."""
