"""Write ``src/xstilts/noise/data/keyboards.json``: which letters lie where on the keyboards of many languages.

The layouts are those of xkb-data (X11; its licence stands beside the table), read by libxkbcommon, as a keyboard of the
model pc105 has them. Both come as Debian packages, whose files are unpacked and not installed::

    apt-get download xkb-data libxkbcommon0
    for package in *.deb; do dpkg-deb -x "$package" root; done
    python tools/keyboard_layouts.py root
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

from xstilts.languages import LANGUAGES

OUT = Path(__file__).parents[1] / "src" / "xstilts" / "noise" / "data" / "keyboards.json"

ROWS = {
    "E": ["TLDE", *(f"AE{n:02}" for n in range(1, 14))],
    "D": [f"AD{n:02}" for n in range(1, 13)],
    "C": [*(f"AC{n:02}" for n in range(1, 12)), "BKSL"],
    "B": ["LSGT", *(f"AB{n:02}" for n in range(1, 12))],
}
"""Names of the keys of a row, from left to right; a letter's place in its row is that of its key."""

LEVELS = 4
"""Alone, with shift, with AltGr, with both: Polish and Lithuanian letters lie on the third."""

CHOSEN = {
    "af": "za", "ar": "ara", "bn": "bd", "de": "de", "en": "us", "es": "es", "eu": "es", "fa": "ir", "fr": "fr",
    "gu": "in:guj", "hi": "in", "ht": "fr", "id": "us", "ja": "jp:kana", "jv": "us", "ml": "in:mal",
    "mr": "in:marathi", "ms": "us", "my": "mm", "nl": "us:intl", "pa": "in:guru", "pt": "br", "qu": "latam",
    "sw": "ke", "ta": "in:tam_tamilnet", "te": "in:tel", "ur": "pk", "wo": "sn", "yo": "ng:yoruba",
}  # fmt: skip
"""Language to its layout, where the first that names the language is not the usual one."""

NO_LETTERS = {"ko", "zh"}
"""Languages whose layout has no letters of theirs: an input method makes them."""


class Rules(ctypes.Structure):
    """``struct xkb_rule_names`` of libxkbcommon."""

    _fields_ = [(name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")]


class Xkb:
    """The few calls of libxkbcommon that tell what the keys of a layout give."""

    def __init__(self, root: Path) -> None:
        os.environ["XKB_CONFIG_ROOT"] = str(root / "usr" / "share" / "X11" / "xkb")
        self._calls = ctypes.CDLL(str(next(root.rglob("libxkbcommon.so.0"))))
        for name, result in {
            "xkb_context_new": ctypes.c_void_p,
            "xkb_keymap_new_from_names": ctypes.c_void_p,
            "xkb_keymap_key_get_name": ctypes.c_char_p,
        }.items():
            getattr(self._calls, name).restype = result
        self._context = ctypes.c_void_p(self._calls.xkb_context_new(0))

    def letters(self, layout: str) -> dict[str, list[str]] | None:
        """Key name to what it gives on each level, " " where that is no letter; None for a layout that has an error."""
        name, _, variant = layout.partition(":")
        rules = Rules(b"evdev", b"pc105", name.encode(), variant.encode(), b"")
        keymap = self._calls.xkb_keymap_new_from_names(self._context, ctypes.byref(rules), 0)
        if not keymap:
            return None
        keymap, found = ctypes.c_void_p(keymap), {}
        for code in range(8, 256):
            key = self._calls.xkb_keymap_key_get_name(keymap, code)
            if key:
                found[key.decode()] = [self._letter(keymap, code, level) for level in range(LEVELS)]
        self._calls.xkb_keymap_unref(keymap)
        return found

    def _letter(self, keymap: ctypes.c_void_p, code: int, level: int) -> str:
        symbols = ctypes.POINTER(ctypes.c_uint32)()
        n = self._calls.xkb_keymap_key_get_syms_by_level(keymap, code, 0, level, ctypes.byref(symbols))
        letter = chr(self._calls.xkb_keysym_to_utf32(symbols[0])) if n == 1 else "\0"
        is_one = unicodedata.category(letter)[0] in "LM" and len(unicodedata.normalize("NFKD", letter)) == len(
            unicodedata.normalize("NFD", letter)
        )
        return letter if is_one else " "  # a ligature of Arabic is two letters


def layouts_of(root: Path) -> dict[str, list[str]]:
    """ISO 639 code to the layouts that name it: those that name it first, then others, then variants."""
    tree = ElementTree.parse(root / "usr" / "share" / "X11" / "xkb" / "rules" / "evdev.xml")  # noqa: S314 - a package
    main: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    variants: dict[str, list[str]] = {}
    for layout in tree.iterfind("layoutList/layout"):
        own = layout.findtext("configItem/name")
        spoken = [item.text or "" for item in layout.iterfind("configItem/languageList/iso639Id")]
        for place, code in enumerate(spoken):
            (others if place else main).setdefault(code, []).append(str(own))
        for variant in layout.iterfind("variantList/variant/configItem"):
            for item in variant.iterfind("languageList/iso639Id"):
                variants.setdefault(str(item.text), []).append(f"{own}:{variant.findtext('name')}")
    return {
        code: [*main.get(code, ()), *others.get(code, ()), *variants.get(code, ())]
        for code in {**main, **others, **variants}
    }


def table(root: Path) -> dict[str, Any]:
    """The languages with their layouts, and the layouts with their rows, level by level."""
    xkb, named = Xkb(root), layouts_of(root)
    languages, layouts = {}, {}
    for language in LANGUAGES:
        codes = [language.iso639_3, *language.other_codes]
        usual = next((own for code in codes for own in named.get(str(code), ())), None)
        layout = CHOSEN.get(language.code, None if "-" in language.code else usual)
        letters = xkb.letters(layout) if layout and language.code not in NO_LETTERS else None
        if letters:
            languages[language.code] = layout
            layouts[layout] = [
                {
                    row: "".join(letters.get(key, [" "] * LEVELS)[level] for key in keys).rstrip()
                    for row, keys in ROWS.items()
                }
                for level in range(LEVELS)
            ]
    return {"languages": languages, "layouts": dict(sorted(layouts.items()))}


def main() -> None:
    """Write the table."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reader.add_argument("root", type=Path, help="folder in which both packages were unpacked")
    found = table(reader.parse_args().root)
    OUT.parent.mkdir(exist_ok=True)
    lines = [f"{json.dumps(name)}: {json.dumps(rows, ensure_ascii=False)}" for name, rows in found["layouts"].items()]
    spoken = json.dumps(found["languages"])
    OUT.write_text(f'{{"languages": {spoken},\n"layouts": {{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    sys.stdout.write(f"{len(found['languages'])} languages, {len(found['layouts'])} layouts\n")


if __name__ == "__main__":
    main()
