"""Where examples come from: ``hub``, ``files`` or ``lab``, all giving the columns of the task's kind."""

from __future__ import annotations

from xstilts.sources import noisy, pictures, views
from xstilts.sources.data_map import MAP_FILE, read_map
from xstilts.sources.dataset import Loaded, expected_size, fingerprint, languages, limited, load, resolve_revisions
from xstilts.sources.formats import FORMATS
from xstilts.sources.hub_fallback import needs
from xstilts.sources.labels import with_labels
from xstilts.sources.origin import origin
from xstilts.sources.records.answers import refuse_unscorable
from xstilts.sources.source import Source, pivot
from xstilts.tasks.base import TRANSLATED_TEST

__all__ = [
    "FORMATS",
    "MAP_FILE",
    "TRANSLATED_TEST",
    "Loaded",
    "Source",
    "expected_size",
    "fingerprint",
    "languages",
    "limited",
    "load",
    "needs",
    "noisy",
    "origin",
    "pictures",
    "pivot",
    "read_map",
    "refuse_unscorable",
    "resolve_revisions",
    "views",
    "with_labels",
]
