"""A benchmark's rules as data: languages, what trains which target, hyper-parameters, retrieval layer, aggregate.

>>> from xstilts.protocols import PROTOCOLS
>>> PROTOCOLS.get("xtreme-r").trains["xcopa"]
(('siqa',), ('copa',))
"""

from xstilts.protocols import (  # noqa: F401 - importing registers the entries
    iglue,
    lab,
    low_resource,
    noiseqa,
    phang2020,
    retrieval,
    xtreme,
)
from xstilts.protocols.base import PROTOCOLS, Protocol, Vectors, Windows

__all__ = ["PROTOCOLS", "Protocol", "Vectors", "Windows"]
