"""Questions that ask for the right order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ...core import Markup, UserError, YamlEntry, classed, element, join
from ..model import Key, Option, Part, Question, QuizItem, is_texts, keys_inside
from ..parts import BOX, by_id, for_page, ids_and_texts, named, paper_list, still_list, texts_of
from ..verdict import Marking, Remark


@dataclass(frozen=True, kw_only=True)
class Order(Question):
    """Put items in order."""

    kind = "order"
    how = "Put them in order."
    how_on_paper = "Write a number into each box: 1 for what comes first, and so on."
    control = "sorter"
    keys = (
        Key(
            "items",
            "what is to be put in order, a list in the right order; students see it in another one",
            (
                Key("id", "one word or number; never use it again for another item", needed=True),
                Key("text", "what students read", needed=True),
            ),
            needed=True,
        ),
        Key("why", "shown to students who found the order: why it is right", needed=True),
    )
    sample = """\
  - id: "1.1"
    kind: order
    skill: contextualisation
    points: 1
    prompt: What came first, and what last?
    items:
      - {id: drowned, text: Two men drown at the ferry.}
      - {id: asked, text: Finch asks for the key.}
      - {id: replied, text: Crane replies.}
    why: The editor dates the accident, and the letters have dates of their own.
"""

    items: tuple[Option, ...]  # in the right order

    @classmethod
    def read(cls, entry: YamlEntry) -> dict[str, Any]:
        items = named(
            entry.entries("items", keys_inside(cls.keys, "items"), 2), lambda id, one: Option(id, one.text("text"))
        )
        return {"items": items}

    def seen(self) -> list[object]:
        return [[], ids_and_texts(self.items), *super().seen()[2:]]

    @property
    def shuffled(self) -> tuple[Option, ...]:
        """The items in a shuffled order that is the same for everyone; in a file without keys, in its own order.

        Examples
        --------
        >>> items = (Option("a", "first"), Option("b", "second"))
        >>> asked = Order(id="1.1", prompt="When?", lesson="01-x", title="X", items=items)
        >>> [item.id for item in asked.shuffled]
        ['b', 'a']
        """
        if not self.keyed:
            return self.items
        mixed = sorted(self.items, key=lambda item: hashlib.sha256(f"{self.id} {item.id}".encode()).digest())
        return tuple(mixed if tuple(mixed) != self.items else mixed[1:] + mixed[:1])

    def clear_answers(self, entry: dict[str, Any], *, keys: bool) -> None:
        if not keys:
            shown = [item.id for item in self.shuffled]
            entry["items"].sort(key=lambda item: shown.index(item["id"].strip()))

    def normalised(self, response: object) -> list[str]:
        ids = [item.id for item in self.items]
        given = self._several(response, ids)
        if sorted(given) != sorted(ids):
            raise UserError(f"Question {self.id} needs each of these once, in order: {', '.join(sorted(ids))}.")
        return given

    def marks(self, response: list[str]) -> Marking:
        right = [item.id for item in self.items]
        begun = next((n for n, (a, b) in enumerate(zip(right, response, strict=True)) if a != b), len(right))
        if begun == len(right):
            return Marking(1.0, (Remark("right", "The whole order", self.why),))
        # The share is the proportion of all pairs of items that are in the right order.
        pairs = [right.index(first) < right.index(second) for first, second in combinations(response, 2)]
        if begun > 1:
            stands = f"The first {begun} are in the right place."
        else:
            stands = "The first one is in the right place." if begun else "Look again at which one comes first."
        remark = Remark("look again", f"From “{by_id(self.items)[response[begun]].text}” on", stands)
        share = sum(pairs) / len(pairs)
        return Marking(0.0 if share < 0.5 else min(share, 0.99), (remark,))

    def told(self, response: object) -> str | None:
        if not is_texts(response):
            return None
        return "\n".join(f"{n}. {text}" for n, text in enumerate(texts_of(response, by_id(self.items)), 1))

    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(f"Place {n}", tuple(Option(one.id, one.text, correct=one is right) for one in self.items))
            for n, right in enumerate(self.items, 1)
        )

    def chosen(self, response: list[str]) -> list[tuple[str, str]]:
        items = by_id(self.items)
        return [(f"Place {n}", items[id].text) for n, id in enumerate(response, 1)]

    def still(self) -> list[Markup]:
        return [still_list(element("span", item.text) for item in self.shuffled)]

    def example(self) -> str:
        return "[" + ", ".join(f'"{item.id}"' for item in self.shuffled) + "]"

    def form(self) -> dict[str, object]:
        return {"items": for_page(self.shuffled)}

    def paper(self) -> Markup:
        return paper_list("boxes", (join([BOX, one.text]) for one in self.shuffled))

    def key(self) -> list[Markup]:
        right = [one.id for one in self.items]
        numbers = ", ".join(str(right.index(one.id) + 1) for one in self.shuffled)
        return [
            classed("p", "answer", "Answer, from the first box down: ", numbers),
            element("ol", *(element("li", one.text) for one in self.items)),
        ]

    def quiz(self) -> QuizItem:
        return QuizItem(
            "order", pairs=tuple((str(n), one.text) for n, one in enumerate(self.items, 1)), why=(self.why,)
        )
