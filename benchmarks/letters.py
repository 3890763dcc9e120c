"""Generate TEI letters as large and as deeply nested as those of scholarly editions, and time loading them.

The pages of such editions are laid out by a formatter, have a header of some forty elements, a line beginning
every sixty characters or none, names and highlighted words inside each other, notes with registers inside,
and a commentary beside the letter.
"""

from __future__ import annotations

import random
import textwrap
import time
from collections.abc import Callable, Sequence
from statistics import median
from xml.parsers import expat

from benchmarks.corpus import vocabulary
from helpers.texts import parse_tei

MEAN = 28_000  # bytes of a letter, as in the 4,400 letters of 124 MB that the goal is about
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="L{number:05}">
   <teiHeader>
      <fileDesc>
         <titleStmt>
            <title level="a">{sender} to {receiver}, {day}</title>
            <title level="s">Letters of a town</title>
            <author key="P{a:04}">{sender}</author>
            <editor>
               <persName xml:id="EL" ref="http://example.org/register/7">
                  <surname>Lund</surname>
                  <forename>Eva</forename>
               </persName>
            </editor>
            <respStmt>
               <resp>Encoding</resp>
               <persName>
                  <surname>Hale</surname>
                  <forename>Tom</forename>
               </persName>
            </respStmt>
         </titleStmt>
         <editionStmt>
            <edition>A digital edition of the letters of a town, revised and enlarged, with a commentary.</edition>
         </editionStmt>
         <publicationStmt>
            <publisher>
               <orgName>An academy</orgName>
               <address>
                  <addrLine>1 Mill Lane</addrLine>
               </address>
            </publisher>
            <availability>
               <licence target="https://creativecommons.org/licenses/by/4.0/">
                  <p>Free to use with credit.</p>
               </licence>
            </availability>
         </publicationStmt>
         <sourceDesc>
            <msDesc>
               <msIdentifier>
                  <settlement>Elmfield</settlement>
                  <repository>Town Archive</repository>
                  <idno>B {number}</idno>
               </msIdentifier>
               <physDesc>
                  <p>Two leaves, four pages</p>
               </physDesc>
            </msDesc>
         </sourceDesc>
      </fileDesc>
      <profileDesc>
         <correspDesc>
            <correspAction type="sent">
               <persName key="P{a:04}">{sender}</persName>
               <placeName key="O12">Elmfield</placeName>
               <date when="{day}">{day}</date>
            </correspAction>
            <correspAction type="received">
               <persName key="P{b:04}">{receiver}</persName>
            </correspAction>
         </correspDesc>
         <langUsage>
            <language ident="en">English</language>
         </langUsage>
      </profileDesc>
   </teiHeader>
   <text>
      <body>
         <div type="letter">
            <opener>
               <dateline>
                  <placeName>Elmfield</placeName>, <date>{day}</date>
               </dateline>
               <salute>Dear <rs type="person" ref="#P{b:04}">{receiver}</rs>,</salute>
            </opener>
"""
_FOOT = """            <closer>
               <signed>
                  <hi rendition="#right">{sender}</hi>
               </signed>
            </closer>
         </div>
         <div type="comment">
{comment}         </div>
      </body>
   </text>
</TEI>
"""


def letters(count: int) -> list[bytes]:
    """Make letters of `MEAN` bytes on average, from a page to a small book; the same ones each time."""
    chance = random.Random(1921)
    words = vocabulary(6000)
    return [_letter(number, words, chance) for number in range(count)]


def _letter(number: int, words: Sequence[str], chance: random.Random) -> bytes:
    facts = {
        "number": number,
        "a": chance.randrange(900),
        "b": chance.randrange(900),
        "sender": " ".join(chance.choices(words, k=2)).title(),
        "receiver": " ".join(chance.choices(words, k=2)).title(),
        "day": f"{chance.randint(1780, 1930)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
    }
    size, lines = int(chance.lognormvariate(0, 0.8) * (MEAN * 0.72)), chance.random() < 0.5
    pages, length = [], 0
    while length < size * 0.7:
        pages.append(_paragraph(words, chance, lines=lines, notes=True))
        length += len(pages[-1])
    comment = ""
    while len(comment) < size * 0.3:
        comment += _paragraph(words, chance, lines=lines, notes=False)
    return (_HEAD.format(**facts) + "".join(pages) + _FOOT.format(comment=comment, **facts)).encode()


def _paragraph(words: Sequence[str], chance: random.Random, *, lines: bool, notes: bool) -> str:
    pieces: list[str] = []
    since = 0
    for word in chance.choices(words, k=chance.randint(30, 160)):
        dice, own = chance.random(), chance.randrange(900)
        if dice < 0.03:
            word = f'<rs type="person" ref="#P{own:04}">{word.title()}</rs>'
        elif dice < 0.05:
            word = f'<hi rend="u"><hi rendition="#aq">{word}</hi></hi>'
        elif dice < 0.06:
            word = f"<choice><abbr>{word[:2]}.</abbr><expan>{word}</expan></choice>"
        elif dice < 0.065:
            word = f"<del>{word}</del><add place='above'>{word}</add>"
        elif dice < 0.075 and notes:
            place = (
                f'<listPlace type="line"><place corresp="#O{own:04}"><placeName>{word}</placeName></place></listPlace>'
            )
            word += f'<note corresp="#l{own}">{place}</note>'
        elif dice < 0.08 and notes:
            word += f"<note>{' '.join(chance.choices(words, k=12))}.</note>"
        since += len(word) + 1
        if lines and since > 60:
            word, since = f'<lb n="{own}"/>{word}', 0
        pieces.append(word)
    body = textwrap.fill(" ".join(pieces), 100, initial_indent=" " * 15, subsequent_indent=" " * 15)
    return f"            <p>\n{body}.\n            </p>\n"


def bare(data: Sequence[bytes]) -> None:
    """Parse with pyexpat and handlers that do nothing."""
    for one in data:
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: None
        parser.EndElementHandler = lambda name: None
        parser.CharacterDataHandler = lambda words: None
        parser.Parse(one, True)


def load(data: Sequence[bytes]) -> None:
    """Load as texts."""
    for number, one in enumerate(data):
        parse_tei(one.decode(), f"letter-{number}")


def in_turns(count: int, turns: int) -> tuple[float, float, int]:
    """Seconds of CPU for ``count`` letters with pyexpat alone and as texts, medians in turns; and their bytes."""
    data = letters(count)
    taken: dict[Callable[[Sequence[bytes]], None], list[float]] = {bare: [], load: []}
    for _ in range(turns):
        for work, times in taken.items():
            begin = time.process_time()
            work(data)
            times.append(time.process_time() - begin)
    return median(taken[bare]), median(taken[load]), sum(map(len, data))
