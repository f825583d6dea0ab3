"""One module per table of a report: pure functions from score rows to rows."""
