"""What ``xstilts`` alone says: what to do first."""

from __future__ import annotations

QUESTION = "Which intermediate training makes a multilingual encoder better in languages without labels?"

FIRST_STEPS = f"""{QUESTION}

See it once, with nothing downloaded:
  xstilts demo                  a whole study in an invented world, from nothing to a report
  docs/quickstart.md            the same step by step: study, plan, run, report

With your own data:
  xstilts new train.tsv         writes a study of your training file; asks four questions
  xstilts plan STUDY            shows what it would run, what it costs, what to mind; works offline
  xstilts run STUDY             runs it; stopped or changed, it goes on from what is there
  xstilts report STUDY          writes the page and its tables again, from what is stored

STUDY is a YAML file, or a name of `xstilts list studies`. All commands: `xstilts --help`.
Completion in your shell: `xstilts --install-completion`."""
