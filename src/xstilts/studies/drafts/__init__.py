"""A first study of a user's own data, written from the training file.

training_file   the file as records: its format, delimiter and header, told from its name and its first lines
columns         which field is the text, which the label, and so of which kind the task is
test_files      the languages that have test files beside it
suited          the intermediate tasks that fit a kind
draft           all of it as the text of a study file, with comments
"""

from xstilts.studies.drafts.draft import BUDGETS, Answers, default_base, draft
from xstilts.studies.drafts.test_files import TestFiles, beside
from xstilts.studies.drafts.training_file import TrainingFile, training_file

__all__ = ["BUDGETS", "Answers", "TestFiles", "TrainingFile", "beside", "default_base", "draft", "training_file"]
