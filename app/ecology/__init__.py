"""What grows in a neighbourhood: links, lineages, measures and drawings. Pure: records in, figures out, no storage."""
