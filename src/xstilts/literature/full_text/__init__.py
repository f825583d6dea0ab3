"""The text of a paper, read from its page, its LaTeX source, its PDF or plain text, with what was left out."""
