"""Reports and lists of references of others, held against themselves and against the papers at hand."""
