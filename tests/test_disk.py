from __future__ import annotations

import hashlib
import os

import pytest

from xstilts.disk import file_sha256, read_json, replace_json


def test_a_file_is_hashed_and_a_link_or_a_pipe_is_not(tmp_path):
    (tmp_path / "file").write_bytes(b"text")
    assert file_sha256(tmp_path / "file") == hashlib.sha256(b"text").hexdigest()
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "nothing"):
        with pytest.raises(OSError, match="link|no file|No such"):
            file_sha256(tmp_path / name)


def test_a_replaced_file_is_whole_in_a_folder_that_was_not_there(tmp_path):
    path, work = tmp_path / "new" / "a.json", tmp_path / "new" / "half.json"
    for value in ({"a": "ä"}, [1]):
        replace_json(path, value, work)
        assert read_json(path) == value
    assert path.read_text(encoding="utf-8") == "[\n 1\n]\n"
    assert not work.exists()
