"""Where papers are looked for: one file for each database, on the net or in one's own folder."""

from xstilts.literature.databases import acl_anthology, folder
from xstilts.literature.databases.base import DATABASES, Answer, Asked, Database, Terms, register

__all__ = ["DATABASES", "Answer", "Asked", "Database", "Terms", "acl_anthology", "folder", "register"]
