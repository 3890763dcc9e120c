"""Questions with options: choose one, or all that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ...core import Markup, YamlEntry, classed, element, join
from ..model import Key, Option, Part, Question, QuizItem, is_texts, keys_inside
from ..parts import BOX, because, by_id, for_page, ids_and_texts, lettered, named, paper_list, still_list, texts_of
from ..verdict import Marking, Remark


@dataclass(frozen=True, kw_only=True)
class _Choosing(Question):
    """Base class of both kinds of choice."""

    options: tuple[Option, ...]

    keys: ClassVar[tuple[Key, ...]] = (
        Key(
            "options",
            "what can be chosen, a list of at least two",
            (
                Key("id", "one word or number; never use it again for another option", needed=True),
                Key("text", "what students read", needed=True),
                Key("correct", "true for a right option; leave it out for the others"),
                Key("why", "shown to students who chose it: why it is right or wrong", needed=True),
            ),
            needed=True,
        ),
    )

    @classmethod
    def read(cls, entry: YamlEntry) -> dict[str, Any]:
        options = named(
            entry.entries("options", keys_inside(cls.keys, "options"), 2),
            lambda id, one: Option(id, one.text("text"), one.text("why"), one.truth("correct")),
        )
        if "correct" not in entry.optional:
            cls.check(entry, sum(option.correct for option in options))
        return {"options": options}

    @classmethod
    def check(cls, entry: YamlEntry, right: int) -> None:
        """Check that the number of right options is allowed."""
        raise NotImplementedError

    def seen(self) -> list[object]:
        return [ids_and_texts(self.options), *super().seen()[1:]]

    def parts(self) -> tuple[Part, ...]:
        return (Part("", self.options, several=self.control == "checkbox"),)

    def chosen(self, response: str | list[str]) -> list[tuple[str, str]]:
        options = by_id(self.options)
        return [("", options[id].text) for id in ([response] if isinstance(response, str) else response)]

    def still(self) -> list[Markup]:
        return [still_list(join([element("code", one.id), " ", one.text]) for one in self.options)]

    def to_read(self) -> list[Markup]:
        return [still_list(one.text for one in self.options)]

    def form(self) -> dict[str, object]:
        return {"options": for_page(self.options)}

    def paper(self) -> Markup:
        entries = (join([BOX, element("b", letter), " ", one.text]) for letter, one in lettered(self.options))
        return paper_list("boxes", entries)

    def key(self) -> list[Markup]:
        right = ", ".join(letter for letter, one in lettered(self.options) if one.correct)
        said = (
            join([element("b", f"{letter} {'right' if one.correct else 'not this'}: "), one.text, because(one.why)])
            for letter, one in lettered(self.options)
        )
        return [classed("p", "answer", "Answer: ", right), paper_list("", said)]


@dataclass(frozen=True, kw_only=True)
class Choice(_Choosing):
    """A choice of one option."""

    kind = "choice"
    how = "Choose one."
    how_on_paper = "Tick one."
    empty = "Choose an option first."
    control = "radio"
    sample = """\
  - id: "1.1"
    kind: choice
    skill: sourcing
    points: 1
    prompt: In whose name does Finch ask for the key?
    options:
      - id: own
        text: In his own
        why: He writes that he does not.
      - id: watch
        text: In that of the Night Watch
        correct: true
        why: So he says. No paper of the Night Watch itself is known.
"""

    @classmethod
    def check(cls, entry: YamlEntry, right: int) -> None:
        if right != 1:
            raise entry.error(
                f"{right} options have “correct: true”; a choice must have exactly one. For several, use choices"
            )

    def normalised(self, response: object) -> str:
        return self._one(response, by_id(self.options))

    def marks(self, response: str) -> Marking:
        chosen = by_id(self.options)[response]
        remarks = [Remark("right" if chosen.correct else "not this", chosen.text, chosen.why)]
        if chosen.correct:
            remarks += [Remark("why not", one.text, one.why) for one in self.options if one is not chosen]
        return Marking(float(chosen.correct), tuple(remarks))

    def told(self, response: object) -> str | None:
        return texts_of([response], by_id(self.options))[0] if isinstance(response, str) else None

    def example(self) -> str:
        return f'"{self.options[0].id}"'

    def quiz(self) -> QuizItem:
        return QuizItem("choice", tuple((one.text, float(one.correct), one.why) for one in self.options))


@dataclass(frozen=True, kw_only=True)
class Choices(_Choosing):
    """A choice of all options that fit."""

    kind = "choices"
    how = "Choose all that fit: one or more."
    how_on_paper = "Tick all that fit: one or more."
    empty = "Choose at least one option first."
    control = "checkbox"
    sample = """\
  - id: "1.1"
    kind: choices
    skill: close reading
    points: 2
    prompt: What does Crane want before he opens the tower?
    options:
      - id: list
        text: A list of the watchmen
        correct: true
        why: Until he has seen it, the tower stays shut.
      - id: answer
        text: That the Night Watch answers for the bell
        correct: true
        why: This is his first condition.
      - id: seal
        text: A seal on the letter
        why: The clerk writes of a seal. Crane does not ask for one.
"""

    @classmethod
    def check(cls, entry: YamlEntry, right: int) -> None:
        if not right:
            raise entry.error("no option has “correct: true”. Mark those that are right", "options")

    def normalised(self, response: object) -> list[str]:
        chosen = set(self._several(response, by_id(self.options)))
        return [option.id for option in self.options if option.id in chosen]

    def marks(self, response: list[str]) -> Marking:
        right = [option for option in self.options if option.correct]
        hits = sum(option.id in response for option in right)
        false = len(response) - hits
        remarks = [
            Remark("right" if option.correct else "not this", option.text, option.why)
            for option in self.options
            if option.id in response
        ]
        if hits == len(right) and not false:
            remarks += [Remark("why not", one.text, one.why) for one in self.options if not one.correct]
        elif hits < len(right):
            remarks.append(Remark("missing", f"{len(right) - hits} more", "Read the other options again."))
        return Marking(max(0, hits - false) / len(right), tuple(remarks))

    def told(self, response: object) -> str | None:
        return "\n".join(texts_of(response, by_id(self.options))) if is_texts(response) else None

    def example(self) -> str:
        return f'["{self.options[0].id}", "{self.options[1].id}"]'

    def quiz(self) -> QuizItem:
        # A wrong choice cancels a right one, as in `marks`.
        worth = 1 / sum(one.correct for one in self.options)
        return QuizItem("choices", tuple((one.text, worth if one.correct else -worth, one.why) for one in self.options))
