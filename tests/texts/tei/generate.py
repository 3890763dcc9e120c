"""Generate many letters from the fixtures and pairs of them, with a known share of broken files.

python tests/texts/tei/generate.py FOLDER [COUNT]
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
# These have their own header or an id, so they are not combined with others.
_ALONE = ("xml:id", "target=", 'ref="#', "xmlns:", "<TEI>", "<front>", "<back>")


def _deep(tei: str) -> bytes:
    return tei.replace("</body>", "<hi>" * 600 + "x" + "</hi>" * 600 + "</body>").encode()


# How to break a file, and words that the listed reason must contain.
BROKEN: dict[str, tuple[Callable[[str], bytes], str]] = {
    "cut off": (lambda tei: tei[: len(tei) * 2 // 3].encode(), "not well-formed XML"),
    "empty": (lambda tei: b"", "is empty"),
    "a document type": (lambda tei: re.sub(r"\?>\n", "?>\n<!DOCTYPE TEI>\n", tei, count=1).encode(), "a document type"),
    "an unknown entity": (lambda tei: tei.replace("</body>", "<p>&nbsp;</p></body>").encode(), "is not defined"),
    "Windows-1251": (lambda tei: tei.replace("</body>", "<p>Сад</p></body>").encode("cp1251", "replace"), "not UTF-8"),
    "UTF-16": (lambda tei: tei.encode("utf-16"), "UTF-16"),
    "NUL": (lambda tei: tei.replace("</body>", "\0</body>").encode(), "NUL"),
    "another encoding": (lambda tei: tei.replace("UTF-8", "windows-1252").encode(), "names the encoding"),
    "an id twice": (
        lambda tei: tei.replace("</body>", '<p xml:id="z"/><p xml:id="z"/></body>').encode(),
        "“z” is already used in line",
    ),
    "too deep": (_deep, "500 deep"),
    "no words": (lambda tei: re.sub(r"(?s)<body>.*</body>", "<body><p/></body>", tei).encode(), "has no words"),
    "no letter": (lambda tei: b"<html><p>Words</p></html>", "not “TEI”"),
}


def generate(folder: Path, count: int = 4000) -> dict[str, str]:
    """Write ``count`` letters to an empty folder; give the broken files with words of the reason."""
    chance = random.Random(3)
    fixtures = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.xml"))}
    joined = {name: tei for name, tei in fixtures.items() if not any(sign in tei for sign in _ALONE)}
    names, broken = list(fixtures), {}
    for number in range(count):
        own = names[number % len(names)]
        tei = fixtures[own]
        close = "</tei:body>" if "</tei:body>" in tei else "</body>"
        if own in joined:
            other = joined[chance.choice(list(joined))]
            inside = re.search(r"(?s)<body>(.*)</body>", other)[1]
            tei = tei.replace(close, f"<div>{inside}</div>{close}")
        if close == "</body>":
            tei = tei.replace(close, f"<p>Number <hi>{number // 100}</hi>{number % 100:02}.</p>{close}", 1)
        name, data = f"{number:04}-{own}.xml", tei.encode()
        if number % 40 == 7 and close == "</body>" and 'encoding="UTF-8"' in tei and "<back>" not in tei:
            way, reason = BROKEN[list(BROKEN)[len(broken) % len(BROKEN)]]
            broken[name], data = reason, way(tei)
        (folder / name).write_bytes(data)
    return broken


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    print(len(generate(target, int(sys.argv[2]) if len(sys.argv) > 2 else 4000)), "of them broken")
