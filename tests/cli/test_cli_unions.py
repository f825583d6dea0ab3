"""What ``list`` and ``show`` say of a task that is the union of others."""

from __future__ import annotations

from xstilts.commands.listings import topic


def test_list_and_show_give_a_union_the_sources_of_its_parts() -> None:
    rows = {row["name"]: row["sources"] for row in topic("tasks").rows()}
    assert rows["anli_plus"] == ["hub", "files", "lab"]
    assert rows["farstail"] == ["files", "lab"]
    assert rows["multichecklist"] == []
    shown = topic("task").entry("anli_plus")
    assert isinstance(shown, dict)
    assert shown["sources"] == ["hub", "files", "lab"]
    assert shown["union"] == ["anli", "mnli", "snli"]
