"""One module per kind of twin: from drawn meanings to canonical rows."""
