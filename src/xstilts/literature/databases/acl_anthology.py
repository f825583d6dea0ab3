"""The ACL Anthology, from the XML files of its repository: it has no address that answers searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.literature.databases import local
from xstilts.literature.databases.base import Answer, Database, Terms, register

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.literature.query import Query


def search(query: Query, path: Path) -> Answer:
    """Papers whose title or abstract names every concept of the query.

    Args:
        query: What is looked for.
        path: A volume's file, or a folder of them (``data/xml`` of the repository acl-org/acl-anthology).

    Raises:
        InputError: If there is no such file.
    """
    return local.answer("acl_anthology", query, path, local.read(path, (".xml",)), least=len(query.concepts))


ACL_ANTHOLOGY = register(
    Database(
        name="acl_anthology",
        title="ACL Anthology",
        terms=Terms(
            "Materials of the ACL: CC BY 4.0 from 2016 on, CC BY-NC-SA 3.0 before; other publishers keep their own.",
            "acl-org/acl-anthology, hugo/content/faq/copyright.md, copy of 8 December 2023",
        ),
        local=search,
    )
)
