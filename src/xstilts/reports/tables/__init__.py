"""Tables for people, each from the analysis of a study, and how they are written in Markdown and LaTeX."""
