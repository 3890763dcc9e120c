"""Questions answered in the student's own words: short answers and essays."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from ...core import Markup, UserError, YamlEntry, classed, element, join
from ...quotations import LONGEST, WORD_FOR_WORD, check_quotes
from ...search import Phrase, Words
from ...texts import count_words, module_text, words_counted
from ..model import Criterion, Key, Option, Part, Place, Question, QuizItem, keys_inside
from ..parts import because, named, paper_list, still_list
from ..verdict import Marking, Remark

# Quotations can be checked only up to this length.
MOST_CHARACTERS = LONGEST
_PER_LINE = 10  # words in a line by hand
_FEWEST_LINES, _MOST_LINES = 3, 90
_MOST_PLACES = 4
_OTHER = "other words"
_ANSWER = Key("model_answer", "a good answer, shown after the first complete answer", needed=True)
_LENGTH = (
    Key("words", "how long the answer is", (Key("least", "at least so many words"), Key("most", "at most so many"))),
    Key(
        "evidence",
        "what must be quoted word for word",
        (
            Key("least", "at least so many quotations; without it 1"),
            Key(
                "layers",
                "a list of the layers to quote from",
                (Key("document", "the id of a text", needed=True), Key("layer", "the id of a layer", needed=True)),
                needed=True,
            ),
        ),
    ),
    Key("starters", "a list of ways to begin, which students may use"),
)
_ACCEPT = (
    Key("accept", "a list of words; an answer that has one of them is right; without it the module does not mark"),
    Key(
        "wrong",
        "words that are wrong, a list; used with accept",
        (Key("words", "the words", needed=True), Key("why", "what you answer to them", needed=True)),
    ),
)
_RUBRIC = Key(
    "rubric",
    "how you mark it, a list",
    (
        Key("id", "one word or number", needed=True),
        Key("criterion", "what you look at", needed=True),
        Key("points", "a whole number; without it 1"),
        Key("levels", "a list of at least two levels, the best first", needed=True),
    ),
    needed=True,
)
# What both kinds may have is read in one place.
_ALL = (*_LENGTH, *_ACCEPT, _RUBRIC)
_EVIDENCE_LAYERS = keys_inside(_LENGTH[1].inside, "layers")
# A starter that is a field to fill in, such as “Written by: …”.
_FIELD = re.compile(r":\s*…?\s*$")


@dataclass(frozen=True, kw_only=True)
class _Free(Question):
    """Base class of short answers and essays."""

    empty = "Write something first."
    control = "writer"
    free = tall = True
    default_attempts = "last"
    least_rubric: ClassVar[int] = 0
    usual_words: ClassVar[int] = 0

    least: int = 0  # words; 0 for no limit
    most: int = 0
    starters: tuple[str, ...] = ()  # ways to begin a sentence
    evidence: tuple[tuple[str, str], ...] = ()  # (document, layer) from which an answer must quote
    evidence_lines: tuple[tuple[str, str], ...] = ()  # for messages: where each document and layer is named
    least_evidence: int = 0  # quotations
    accept: tuple[str, ...] = ()  # words that make an answer right; without any the module does not mark
    wrong: tuple[tuple[str, str], ...] = ()  # words that make an answer wrong, and the reply to them

    @classmethod
    def read(cls, entry: YamlEntry) -> dict[str, Any]:
        words, evidence = (entry.within(key, keys_inside(_ALL, key)) for key in ("words", "evidence"))
        named_layers = evidence.entries("layers", _EVIDENCE_LAYERS)
        layers = tuple((one.text("document"), one.text("layer")) for one in named_layers)
        least_evidence = evidence.number("least", 1 if layers else 0)
        if least_evidence and not layers:
            raise evidence.error("“evidence” does not name the layers to quote from. Add “layers”")
        least, most = words.number("least", 0), words.number("most", 0)
        if most and most < least:
            raise words.error("“most” is smaller than “least”", "most")
        return {
            "least": least,
            "most": most,
            "starters": entry.texts("starters"),
            "evidence": layers,
            "evidence_lines": tuple((one.place("document"), one.place("layer")) for one in named_layers),
            "least_evidence": least_evidence,
            "rubric": named(
                entry.entries("rubric", keys_inside(_ALL, "rubric"), cls.least_rubric),
                lambda id, one: Criterion(id, one.text("criterion"), one.number("points", 1), one.texts("levels", 2)),
            ),
            "accept": entry.texts("accept"),
            "wrong": tuple(
                (one.text("words"), one.text("why")) for one in entry.entries("wrong", keys_inside(_ALL, "wrong"))
            ),
        }

    def seen(self) -> list[object]:
        return [*super().seen()[:3], [self.least, self.most, self.least_evidence, *map(list, self.evidence)]]

    def places(self) -> Iterator[Place]:
        yield from super().places()
        lines = self.evidence_lines or (("", ""),) * len(self.evidence)
        for (document, layer), places in zip(self.evidence, lines, strict=True):
            yield Place(document, layer, "", lines=(*places, self.place))

    @property
    def marked(self) -> bool:
        return bool(self.accept)

    @property
    def limits(self) -> str:
        words = [f"at least {self.least} words"] if self.least else []
        words += [f"at most {self.most} words"] if self.most else []
        long = (", ".join(words).capitalize() + ". ") if words else ""
        return (long + self._wanted_evidence()).strip()

    def _wanted_evidence(self) -> str:
        """Write how many quotations the answer needs, and from which texts."""
        if not self.least_evidence:
            return ""
        count = f"{self.least_evidence} quotation{'' if self.least_evidence == 1 else 's'}, word for word"
        texts = {document: module_text(document) for document, _ in self.evidence}
        if len(self.evidence) > _MOST_PLACES:
            titles = ", ".join(text.title for text in texts.values())
            return f"At least {count}, from {titles}. Say whose words they are."
        places = (f"{texts[document].title} ({texts[document][layer].label})" for document, layer in self.evidence)
        return f"At least {count}, from: {'; '.join(places)}."

    def normalised(self, response: object) -> str:
        if not isinstance(response, str) or not response.strip():
            raise UserError(f'Question {self.id} needs an answer in words. Write answer("{self.id}", "…").')
        if len(response) > MOST_CHARACTERS:
            raise UserError(
                f"This answer has {len(response):,} characters; at most {MOST_CHARACTERS:,} can be kept. Shorten it."
            )
        return response

    def too_short(self, response: object) -> bool:
        return count_words(str(response)) < self.least

    def marks(self, response: str) -> Marking:
        wants = []
        count = count_words(response)
        if count < self.least:
            wants.append(f"Your answer has {words_counted(count)}. Write at least {self.least}.")
        if self.most and count > self.most:
            wants.append(f"Your answer has {words_counted(count)}. Shorten it to at most {self.most}.")
        if self.least_evidence:
            quoted = {
                row["quotation"]
                for row in check_quotes(response)
                if row["verdict"].startswith(WORD_FOR_WORD) and (row["document"], row["layer"]) in self.evidence
            }
            if len(quoted) < self.least_evidence:
                what = "different quotations" if self.least_evidence > 1 else "quotations"
                wants.append(
                    f"{len(quoted)} of {self.least_evidence} {what} are word for word in the layers asked for. "
                    "Put quoted words into quotation marks."
                )
        if not self.accept:
            return Marking(None, (), tuple(wants))
        answer = Words(response)
        if answer.matches([Phrase(words) for words in self.accept]):
            return Marking(
                1.0, (Remark("right", response, self.model_answer if self.model_is_open else ""),), tuple(wants)
            )
        wrong = [Remark("not this", words, why) for words, why in self.wrong if answer.matches([Phrase(words)])]
        return Marking(0.0, tuple(wrong), tuple(wants))

    def parts(self) -> tuple[Part, ...]:
        right = (Option(words, f"“{words}”", correct=True) for words in self.accept)
        wrong = (Option(words, f"“{words}”", why) for words, why in self.wrong)
        return (Part("", (*right, *wrong)),) if self.accept else ()

    def chosen(self, response: str) -> list[tuple[str, str]]:
        answer = Words(response)
        known = (
            words for words in (*self.accept, *(words for words, _ in self.wrong)) if answer.matches([Phrase(words)])
        )
        return [("", f"“{words}”" if words else _OTHER) for words in [next(known, "")]] if self.accept else []

    def told(self, response: object) -> str | None:
        return response if isinstance(response, str) else None

    def still(self) -> list[Markup]:
        if not self.rubric:
            return []
        rows = (
            element(
                "tr",
                element("th", _heading(one), scope="row", style="text-align:left;vertical-align:top"),
                element("td", still_list(one.levels), style="text-align:left"),
            )
            for one in self.rubric
        )
        summary = element("summary", element("strong", "How it is marked"))
        return [element("details", summary, element("table", element("tbody", *rows)))]

    def example(self) -> str:
        return '"…"'

    def form(self) -> dict[str, object]:
        return {
            "least": self.least,
            "most": self.most,
            "room": self.most or self.least or self.usual_words,
            "longest": MOST_CHARACTERS,
            "starters": list(self.starters),
            "rubric": [
                {"criterion": one.criterion, "points": one.points, "levels": list(one.levels)} for one in self.rubric
            ],
        }

    def paper(self) -> Markup:
        words = self.most or self.least * 2 or 4 * _PER_LINE
        count = max(_FEWEST_LINES, min(_MOST_LINES, math.ceil(words / _PER_LINE) + 1))
        if self.starters and all(_FIELD.search(one) for one in self.starters):
            each = max(1, count // len(self.starters))
            return paper_list("starters", (join([one, _rules(each)]) for one in self.starters))
        begin = []
        if self.starters:
            begin = [element("p", "You may begin with:"), paper_list("starters", self.starters)]
        return join([*begin, *self._rubric_on_paper(), _rules(count)])

    def _rubric_on_paper(self) -> list[Markup]:
        """Return the rubric as a table, if there is one."""
        if not self.rubric:
            return []
        rows = (
            element(
                "tr",
                element("th", _heading(one), scope="row"),
                element("td", element("ol", *(element("li", level) for level in one.levels))),
            )
            for one in self.rubric
        )
        caption = element("caption", "How it is marked (points), the best level first")
        return [classed("table", "rubric", caption, element("tbody", *rows))]

    def key(self) -> list[Markup]:
        parts = []
        if self.accept:
            parts.append(classed("p", "answer", "Answer: ", " or ".join(f"“{one}”" for one in self.accept)))
        if self.wrong:
            said = (join([element("b", "Not this: "), f"“{one}”", because(why)]) for one, why in self.wrong)
            parts.append(paper_list("", said))
        if self.limits:
            parts.append(element("p", self.limits))
        return [*parts, *self._rubric_on_paper()]

    def quiz(self) -> QuizItem:
        right = [(words, 1.0, self.model_answer) for words in self.accept]
        wrong = [(words, 0.0, why) for words, why in self.wrong]
        return QuizItem("short" if self.accept else "essay", (*right, *wrong) if self.accept else ())


@dataclass(frozen=True, kw_only=True)
class Short(_Free):
    """A short answer in the student's own words."""

    kind = "short"
    how = how_on_paper = "Answer in your own words, briefly."
    keys = (_ANSWER, *_ACCEPT, *_LENGTH)
    sample = """\
  - id: "1.1"
    kind: short
    skill: close reading
    points: 1
    prompt: What is the bell to be rung for? Quote Crane.
    accept: [ferry]
    wrong:
      - {words: fire, why: The draft had it. The letter does not.}
    words: {least: 1, most: 20}
    evidence:
      least: 1
      layers:
        - {document: 1848-reply, layer: letter}
    starters: ["Crane writes: …"]
    model_answer: Crane writes that it is to be rung “for the ferry, and for nothing else”.
"""


@dataclass(frozen=True, kw_only=True)
class Essay(_Free):
    """An essay."""

    kind = "essay"
    how = how_on_paper = "Write."
    keys = (_ANSWER, _RUBRIC, *_LENGTH)
    sample = """\
  - id: "1.1"
    kind: essay
    skill: comparison
    points: 2
    prompt: Did Crane grant the key? Quote both letters.
    words: {least: 10, most: 120}
    evidence:
      least: 2
      layers:
        - {document: 1848-request, layer: letter}
        - {document: 1848-reply, layer: letter}
    starters: ["Crane says …", "Finch says …"]
    rubric:
      - id: claim
        criterion: Claim
        points: 2
        levels: [what was granted and on what conditions, too broad, none]
    model_answer: >-
      Finch asks for “the key of the bell tower”. Crane is “not disinclined to lend the key”, but “the tower stays
      shut” until he has a list.
"""
    least_rubric = 1
    usual_words = 120


def _heading(one: Criterion) -> str:
    return f"{one.criterion} ({one.points})"


def _rules(count: int) -> Markup:
    return classed("div", "rules", *[Markup('<div class="rule"></div>')] * count)
