"""What reaches a terminal: nothing that it acts on, and no message that fills it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from xstilts import errors
from xstilts.commands import output, studies
from xstilts.errors import LONGEST, DataError, listed, printable, shortened

EVIL = "a\x1b[31mred\x1b]0;title\x07\x9b2J\r\x08\x7f\u202eb"
COMMANDS = Path(output.__file__).parent


def acts(text: str) -> list[str]:
    return re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


@given(st.text(st.characters(codec=None)))
def test_printable_text_has_nothing_that_acts_and_keeps_all_else(text: str) -> None:
    assert acts(printable(text)) == []
    kept = "".join(letter for letter in text if not acts(letter))
    assert "".join(letter for letter in printable(kept)) == kept


def test_letters_of_every_script_stay_as_they_are() -> None:
    text = "نیم\u200cفاصله, ไทย, न्\u200dदी, 日本語 Café\u0301 👩\u200d🔬"
    assert printable(text) == text
    assert printable("\x1b[31m") == "\\x1b[31m"
    assert printable("\u202e\udc80") == "\\u202e\\udc80"


@given(
    st.text(max_size=3000), st.text(max_size=3000), st.lists(st.text(max_size=300), max_size=200), st.text(max_size=900)
)
def test_no_message_is_longer_than_it_may_be(message: str, field: str, allowed: list[str], hint: str) -> None:
    text = str(DataError(message, field=field, allowed=allowed, hint=hint))
    assert len(text) <= LONGEST
    assert acts(text) == []


def test_what_fits_is_said_whole() -> None:
    error = DataError("There is no column 'x'.", field="a.tsv:1", allowed=["id", "text"], hint="Name one.")
    assert str(error) == "a.tsv:1: There is no column 'x'. Allowed: id, text. Name one."
    assert str(DataError("No.", allowed=[])) == "No. Allowed: nothing."


def test_a_long_message_keeps_its_beginning_and_its_end() -> None:
    text = str(DataError(f"begin {'x' * 5000} end", field="f", hint="Do this."))
    assert text.startswith("f: begin xxx")
    assert text.endswith("xxx end Do this.")
    assert " […] " in text
    assert shortened("short", 10) == "short"


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    names = [f"name{number}" for number in range(100)]
    text = listed(names, 60)
    assert len(text) <= 60
    kept = text.partition(" and ")[0].split(", ")
    assert kept == names[: len(kept)]
    assert text.endswith(f" and {100 - len(kept)} more")
    assert listed(["a\nb\tc"], 60) == "a\\x0ab\\x09c"


def test_what_a_program_reads_of_an_error_is_not_cut() -> None:
    error = DataError("m" * 2000, allowed=[EVIL])
    assert (len(error.message), error.allowed) == (2000, [EVIL])


@pytest.fixture
def failing(monkeypatch):
    def arrange(error: BaseException) -> None:
        def verb(store: Path = Path()) -> None:
            raise error

        monkeypatch.setattr(studies.options, "open_store", verb)

    return arrange


@pytest.mark.parametrize(
    "error",
    [
        DataError(EVIL, field=EVIL, allowed=[EVIL], hint=EVIL),
        ValueError(EVIL * 200),
        ValueError("\x1b" * 900),
        OSError(20, "Not a directory", EVIL),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_of_all_sorts_are_printable_and_short(xstilts, failing, error: Exception) -> None:
    failing(error)
    said = xstilts("plan", "demo")
    assert acts(said.err) == []
    assert len(said.err) <= 1000
    assert said.err.count("\n") == 1
    for log in re.findall(r"\(traceback: (.*?)\)", said.err):
        Path(log).unlink()


def test_debug_shows_the_traceback_and_acts_on_nothing(xstilts, failing) -> None:
    failing(errors.StoreError(EVIL))
    said = xstilts("--debug", "plan", "demo")
    assert "Traceback" in said.err
    assert acts(said.err) == []


@pytest.mark.parametrize(("number", "code"), [(20, 2), (13, 2), (36, 2), (28, 1)])
def test_a_place_that_cannot_be_used_is_one_paragraph_and_no_bug(xstilts, failing, number: int, code: int) -> None:
    failing(OSError(number, "Cannot", f"/some/{'place' * 1000}"))
    said = xstilts("plan", "demo")
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith("xstilts: '/some/place")
    assert len(said.err) < 400
    assert "bug" not in said.err


def test_tables_and_text_are_printable_and_no_markup(capsys) -> None:
    output.emit_table([{"name": f"[/]{EVIL}"}], ("name",))
    output.console().print(Text(EVIL, style="red"))
    output.tell(EVIL)
    output.say(EVIL)
    said = capsys.readouterr()
    assert acts(said.out + said.err) == []
    assert "[/]a\\x1b[31mred" in said.out


def test_json_keeps_every_value(capsys) -> None:
    output.emit_json({"text": EVIL, "other": "日本語"})
    text = capsys.readouterr().out
    assert acts(text) == []
    assert json.loads(text) == {"text": EVIL, "other": "日本語"}
    assert "日本語" in text


def test_data_is_as_it_is_in_a_pipe_and_printable_on_a_terminal(capsys, monkeypatch) -> None:
    output.emit_data(f"{EVIL}\n")
    assert capsys.readouterr().out == f"{EVIL}\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    output.emit_data(f"{EVIL}\n")
    assert acts(capsys.readouterr().out) == []


def test_verbs_print_through_what_escapes_control_characters() -> None:
    """``typer.echo`` and ``print`` write what they get; consoles are made in output.py."""
    printing = re.compile(r"typer\.echo\(|(?<!\.)\bprint\(|\bConsole\(")
    sources = [path for path in COMMANDS.glob("*.py") if path.name != "output.py"]
    assert [path.name for path in sources if printing.search(path.read_text("utf-8"))] == []
