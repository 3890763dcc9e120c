"""Questions that ask for matches between items and options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...core import Markup, UserError, YamlEntry, classed, did_you_mean, element, join
from ..model import Key, Option, Part, Question, QuizItem, is_texts, keys_inside
from ..parts import because, by_id, for_page, ids_and_texts, lettered, named, paper_list, still_list, texts_of
from ..verdict import Marking, Remark


@dataclass(frozen=True, kw_only=True)
class Match(Question):
    """Match each item with an option; an option may be used more than once or not at all."""

    kind = "match"
    how = "Choose a match for each. You may use a match more than once or not at all."
    how_on_paper = "Write a letter on each line; you may use a letter more than once or not at all."
    empty = "Choose a match for at least one first."
    control = "matcher"
    keys = (
        Key(
            "options",
            "what can be chosen for each item, a list of at least two; one may go with several items or with none",
            (
                Key("id", "one word or number; never use it again for another option", needed=True),
                Key("text", "what students read", needed=True),
            ),
            needed=True,
        ),
        Key(
            "items",
            "what a match is chosen for, a list of at least two",
            (
                Key("id", "one word or number; never use it again for another item", needed=True),
                Key("text", "what students read", needed=True),
                Key("goes_with", "the id of the right option", needed=True),
                Key("why", "shown to students who matched it rightly", needed=True),
                Key("hint", "shown to students who matched it wrongly: where to look again"),
            ),
            needed=True,
        ),
    )
    sample = """\
  - id: "1.1"
    kind: match
    skill: sourcing
    points: 1
    prompt: Who wrote these words?
    options:
      - {id: finch, text: Finch}
      - {id: clerk, text: The clerk}
      - {id: editor, text: The editor}
    items:
      - id: copy
        text: “Not to be shown”
        goes_with: clerk
        why: It stands in the heading of the copy.
        hint: Look above the letter.
      - id: name
        text: “in my own name”
        goes_with: finch
        why: He signs the letter.
"""

    options: tuple[Option, ...]
    items: tuple[Option, ...]

    @classmethod
    def read(cls, entry: YamlEntry) -> dict[str, Any]:
        options = named(
            entry.entries("options", keys_inside(cls.keys, "options"), 2), lambda id, one: Option(id, one.text("text"))
        )
        ids = [option.id for option in options]

        def item(id: str, one: YamlEntry) -> Option:
            goes_with, hint = one.one_of("goes_with", ids), one.text("hint", "")
            return Option(id, one.text("text"), one.text("why"), goes_with=goes_with, hint=hint)

        return {
            "options": options,
            "items": named(entry.entries("items", keys_inside(cls.keys, "items"), 2), item),
        }

    def seen(self) -> list[object]:
        return [ids_and_texts(self.options), ids_and_texts(self.items), *super().seen()[2:]]

    def normalised(self, response: object) -> dict[str, str]:
        if not isinstance(response, Mapping):
            raise UserError(f'Question {self.id} needs pairs. Write, for example, answer("{self.id}", {{"…": "…"}}).')
        ids = [item.id for item in self.items]
        for id in response:
            if id not in ids:
                raise UserError(f"Question {self.id} has no item “{id}”. {did_you_mean(id, ids)}")
        options = by_id(self.options)
        pairs = {id: self._one(response[id], options) for id in ids if response.get(id)}
        if not pairs:
            raise UserError(f"Question {self.id}: nothing is matched yet. Choose a match for at least one item.")
        return pairs

    def marks(self, response: Mapping[str, str]) -> Marking:
        options, remarks = by_id(self.options), []
        for item in self.items:
            chosen = response.get(item.id)
            if chosen is None:
                remarks.append(Remark("missing", item.text, "Choose a match for it."))
                continue
            right = chosen == item.goes_with
            why = item.why if right else item.hint or "Look at it again."
            remarks.append(Remark("right" if right else "not this", f"{item.text} → {options[chosen].text}", why))
        hits = sum(remark.verdict == "right" for remark in remarks)
        return Marking(hits / len(self.items), tuple(remarks))

    def told(self, response: object) -> str | None:
        if not isinstance(response, Mapping) or not is_texts(list(response.values())):
            return None
        items, matches = texts_of(response, by_id(self.items)), texts_of(response.values(), by_id(self.options))
        return "\n".join(f"{item} → {match}" for item, match in zip(items, matches, strict=True))

    def hints(self) -> list[tuple[str, str]]:
        return [(one.text, one.hint) for one in self.items if one.hint]

    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(
                item.text,
                tuple(
                    Option(
                        one.id, one.text, item.why if one.id == item.goes_with else item.hint, one.id == item.goes_with
                    )
                    for one in self.options
                ),
            )
            for item in self.items
        )

    def chosen(self, response: Mapping[str, str]) -> list[tuple[str, str]]:
        items, options = by_id(self.items), by_id(self.options)
        return [(items[item].text, options[option].text) for item, option in response.items()]

    def still(self) -> list[Markup]:
        numbered = (join([element("strong", f"{n}. "), one.text]) for n, one in enumerate(self.items, 1))
        matches = "; ".join(option.text for option in self.options)
        return [still_list(numbered), element("p", element("em", "Matches: "), matches)]

    def example(self) -> str:
        return f'{{"{self.items[0].id}": "{self.options[0].id}", …}}'

    def form(self) -> dict[str, object]:
        return {"options": for_page(self.options), "items": for_page(self.items)}

    def paper(self) -> Markup:
        gap = Markup('<span class="gap"></span>')
        left = paper_list("items", (join([f"{n}. ", one.text, " ", gap]) for n, one in enumerate(self.items, 1)))
        lines = (join([element("b", letter), " ", one.text]) for letter, one in lettered(self.options))
        return classed("div", "match", left, paper_list("items", lines))

    def key(self) -> list[Markup]:
        letter, options = {one.id: sign for sign, one in lettered(self.options)}, by_id(self.options)
        signs = [f"{n} {letter[one.goes_with]}" for n, one in enumerate(self.items, 1)]
        said = (
            join([element("b", f"{sign}: "), one.text, f" → {options[one.goes_with].text}", because(one.why)])
            for sign, one in zip(signs, self.items, strict=True)
        )
        return [classed("p", "answer", f"Answer: {', '.join(signs)}"), paper_list("", said)]

    def quiz(self) -> QuizItem:
        options, used = by_id(self.options), {one.goes_with for one in self.items}
        return QuizItem(
            "match",
            pairs=tuple((one.text, options[one.goes_with].text) for one in self.items),
            distractors=tuple(one.text for one in self.options if one.id not in used),
            why=tuple(f"{one.text} → {options[one.goes_with].text}: {one.why}" for one in self.items if one.why),
        )
