"""Questions that ask to mark words in a text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

from ...core import Markup, UserError, YamlEntry, classed, element, join
from ...search import Phrase, Words, collapse_spaces, nearest_passage, stands_at
from ...texts import GROUPS, Layer, Text, count_words, module_text, words_counted
from ..model import Key, Option, Part, Place, Question, keys_inside
from ..parts import because, paper_list, quoted
from ..verdict import Marking, Remark

# Share of the words of a passage that must be marked for it to count as found.
_ENOUGH = 0.6
_MOST_MARKS = 100
_PRINTED = 78  # characters in a printed line of a text


class Line(NamedTuple):
    """A line of a text on paper."""

    number: int
    layer: str
    words: str
    opens: bool  # whether it is the first line of a paragraph


class Marked(TypedDict):
    """Words that a student marked."""

    layer: str
    words: str
    start: int  # in code points of the layer


@dataclass(frozen=True, kw_only=True)
class Passage(Question):
    """Mark words in a text."""

    kind = "passage"
    how = "Mark words in the text."
    how_on_paper = "Underline words in the text."
    empty = "Mark some words first."
    control = "marker"
    tall = True
    keys = (
        Key("document", "the id of the text in which words are marked", needed=True),
        Key("layers", "a list of the layers that are shown: their ids, or actors, copyists, editors, metadata, all"),
        Key("all", "true: all targets are wanted; without it one is enough"),
        Key("most_words", "how many words may be marked for one target; without it about twice as many as it has"),
        Key("targets", "the right words, a list", (
            Key("layer", "the id of the layer", needed=True),
            Key("words", "words of that layer, copied word for word", needed=True),
            Key("why", "shown to students who marked them: why they are right", needed=True),
        ), needed=True),
        Key("near", "words that are tempting and wrong, a list", (
            Key("layer", "the id of the layer", needed=True),
            Key("words", "words of that layer, copied word for word", needed=True),
            Key("why", "shown to students who marked them: why they are wrong", needed=True),
        )),
    )  # fmt: skip
    sample = """\
  - id: "1.1"
    kind: passage
    skill: close reading
    points: 1
    prompt: Mark the words with which Crane says how long the tower stays shut.
    document: 1848-reply
    layers: [letter]
    all: true
    most_words: 12
    targets:
      - layer: letter
        words: Until I have seen the list of the watchmen
        why: This is the second condition.
    near:
      - layer: letter
        words: the Night Watch answers for the bell
        why: This is the first condition. It says who is to blame.
"""

    document: str
    layers: tuple[str, ...] = ("actors",)  # layers or groups of layers in which words can be marked
    targets: tuple[Place, ...]  # right answers
    near: tuple[Place, ...] = ()  # tempting wrong answers, each with its own remark
    all_wanted: bool = False  # whether all targets are wanted, or any one of them
    lines_shown: tuple[str, str] = ("", "")  # for messages: where the document and the layers are named
    most_words: int = 0  # that may be marked for one target; 0 for about twice the words of the target

    @classmethod
    def read(cls, entry: YamlEntry) -> dict[str, Any]:
        document = entry.text("document")

        def lines(one: YamlEntry) -> tuple[str, str, str]:
            return entry.place("document"), one.place("layer"), one.place("words")

        def places(key: str, least: int) -> tuple[Place, ...]:
            return tuple(
                Place(document, one.text("layer"), one.text("words"), one.text("why"), lines(one))
                for one in entry.entries(key, keys_inside(cls.keys, key), least)
            )

        return {
            "document": document,
            "layers": entry.texts("layers") or ("actors",),
            "lines_shown": (entry.place("document"), entry.place("layers" if "layers" in entry.data else "document")),
            "targets": places("targets", 1),
            "near": places("near", 0),
            "all_wanted": entry.truth("all"),
            "most_words": entry.number("most_words", 0),
        }

    def seen(self) -> list[object]:
        return [*super().seen()[:2], [self.document, *self.layers], super().seen()[3]]

    def places(self) -> Iterator[Place]:
        yield from super().places()
        yield from (*self.targets, *self.near)
        for layer in self.layers:
            yield Place(self.document, "" if layer in GROUPS else layer, "", lines=(*self.lines_shown, self.place))

    def problems(self, texts: Mapping[str, Text]) -> list[str]:
        if self.document not in texts:
            return []
        shown = {layer.id for layer in texts[self.document].choose(layers=self.layers)}
        return [
            f"{place.lines[1]}: question {self.id} does not show the layer “{place.layer}”. Add it to its “layers”."
            for place in self.targets
            if place.layer not in shown
        ]

    @property
    def text(self) -> Text:
        """The text in its present version."""
        return module_text(self.document)

    @property
    def shown(self) -> tuple[Layer, ...]:
        """The layers in which words can be marked."""
        return self.text.choose(layers=self.layers)

    def normalised(self, response: object) -> list[Marked]:
        given = [response] if isinstance(response, (str, Mapping)) else response
        if not isinstance(given, (list, tuple)) or not given or len(given) > _MOST_MARKS:
            raise UserError(f'Question {self.id} needs words of the text: answer("{self.id}", "words of the text").')
        begins = {layer.id: layer.start for layer in self.shown}
        return sorted((self._found(one) for one in given), key=lambda one: (begins[one["layer"]], one["start"]))

    def _found(self, given: object) -> Marked:
        """Find marked words in the text: at the given start, or else at their first occurrence."""
        place = given if isinstance(given, Mapping) else {"words": given}
        words, at = place.get("words"), place.get("start")
        if not isinstance(words, str) or not words.strip():
            raise UserError(f"Question {self.id} needs words of the text, in quotation marks.")
        layers = [layer for layer in self.shown if place.get("layer") in (None, layer.id)]
        for layer in layers:
            if isinstance(at, int) and at >= 0 and layer.text.startswith(words, at):
                return {"layer": layer.id, "words": words, "start": at}
        for layer in layers:
            for start, end, _ in Words(layer.text).matches([Phrase(words)]):
                return {"layer": layer.id, "words": layer.text[start:end], "start": start}
        near = nearest_passage(words[:300], "\n\n".join(layer.text for layer in self.shown))
        raise UserError(f"“{words[:80]}” is not in the text of this question. The nearest passage is “{near}”.")

    def marks(self, response: Sequence[Marked]) -> Marking:
        text = self.text
        remarks: list[Remark] = []
        hits: set[Place] = set()
        beside = False
        for given in response:
            about, layer = f"“{given['words']}”", text[given["layer"]]
            found = [(target, *_overlap(layer, target.words, given)) for target in _in(self.targets, given)]
            target, share, words = max(found, key=lambda one: one[1], default=(None, 0, 0))
            most = self.most_words or 2 * words + 3
            if target and share >= _ENOUGH and count_words(given["words"]) <= most:
                hits.add(target)
                remarks.append(Remark("right", about, target.why))
            elif share >= _ENOUGH:
                remarks.append(
                    Remark("too much", about, f"It includes the right words. Mark at most {words_counted(most)}.")
                )
            elif share:
                remarks.append(Remark("part of it", about, "Mark all the words that show it."))
            else:
                beside = True
                near = [place for place in _in(self.near, given) if _overlap(layer, place.words, given)[0]]
                why = near[0].why if near else "These words do not show it by themselves."
                remarks.append(Remark("not this", about, why))
        wanted = len(self.targets) if self.all_wanted else 1
        share = min(len(hits) / wanted, 1)
        if not share:
            # Marking part of a target, or too much around it, earns half.
            share = 0.5 / wanted if any(remark.verdict in ("too much", "part of it") for remark in remarks) else 0
        elif share == 1 and (beside or len(remarks) > len(hits)):
            share = 0.75
        if self.all_wanted and len(hits) < wanted and all(remark.verdict == "right" for remark in remarks):
            remarks.append(Remark("missing", f"{wanted - len(hits)} more", "Other words in the text show it too."))
        return Marking(share, tuple(remarks))

    def parts(self) -> tuple[Part, ...]:
        places = [(one, True) for one in self.targets] + [(one, False) for one in self.near]
        options = (Option(str(n), _brief(one.words), one.why, right) for n, (one, right) in enumerate(places, 1))
        return (Part("", tuple(options), several=self.all_wanted),)

    def chosen(self, response: Sequence[Marked]) -> list[tuple[str, str]]:
        found, text = [], self.text
        for given in response:
            (remark, *_) = self.marks([given]).remarks
            layer = text[given["layer"]]
            places = self.near if remark.verdict == "not this" else self.targets
            overlaps = [(_overlap(layer, place.words, given)[0], place) for place in _in(places, given)]
            share, place = max(overlaps, key=lambda one: one[0], default=(0, None))
            if place is None or not share:
                found.append(("", _brief(given["words"])))
            else:
                part = {"too much": "more than ", "part of it": "part of "}.get(remark.verdict, "")
                found.append(("", f"{part}{_brief(place.words)}"))
        return list(dict.fromkeys(found))

    def told(self, response: object) -> str | None:
        if not isinstance(response, list) or not all(isinstance(one, Mapping) for one in response):
            return None
        return "\n".join(f"“{one.get('words', '')}” ({self.document}: {one.get('layer', '?')})" for one in response)

    def still(self) -> list[Markup]:
        return [element("p", f"In {self.text.title}: {'; '.join(layer.label for layer in self.shown)}.")]

    def example(self) -> str:
        return '"…"'

    def form(self) -> dict[str, object]:
        """Return the paragraphs to mark in; ``start`` counts code points of the layer."""
        text = self.text
        return {
            "title": text.title,
            "layers": [
                {
                    "id": layer.id,
                    "label": layer.label,
                    "paragraphs": [
                        {"text": text.content[a:b], "start": a - layer.start, "number": text.paragraph_at(a)}
                        for a, b in layer.paragraphs
                    ],
                }
                for layer in self.shown
            ],
        }

    @property
    def lines(self) -> list[Line]:
        """The text as numbered lines on paper."""
        content = self.text.content
        found: list[Line] = []
        for layer in self.shown:
            for a, b in layer.paragraphs:
                parts = textwrap.wrap(collapse_spaces(content[a:b]), _PRINTED, break_on_hyphens=False)
                found += [Line(len(found) + n, layer.id, words, n == 1) for n, words in enumerate(parts, 1)]
        return found

    def paper(self) -> Markup:
        lines, title = self.lines, self.text.title
        parts: list[Markup] = []
        for layer in self.shown:
            entries = (
                element(
                    "li", element("span", line.words), value=line.number, **({"class": "opens"} if line.opens else {})
                )
                for line in lines
                if line.layer == layer.id
            )
            parts += [classed("p", "voice", f"{title}: {layer.label}"), classed("ol", "lines", *entries)]
        return join(parts)

    def key(self) -> list[Markup]:
        said = (
            join([element("b", f"{verdict}{self._lines_of(one)}: "), quoted(one.words), because(one.why)])
            for verdict, places in (("Right", self.targets), ("Tempting", self.near))
            for one in places
        )
        several = len(self.targets) > 1
        how = ("All of these are wanted." if self.all_wanted else "One of these is enough.") if several else ""
        return [*([element("p", how)] if how else []), paper_list("", said)]

    def _lines_of(self, place: Place) -> str:
        """Write the numbers of the lines that contain a place."""
        own = [line for line in self.lines if line.layer == place.layer]
        at, ends = 0, []
        for line in own:
            at += len(line.words) + 1
            ends.append(at)
        found = stands_at(place.words, " ".join(line.words for line in own))
        if not found:
            return ""
        begin, last = found[0][0], found[0][1] - 1
        numbers = [
            line.number
            for line, end in zip(own, ends, strict=True)
            if begin < end and last >= end - len(line.words) - 1
        ]
        return f", line {numbers[0]}" if len(numbers) == 1 else f", lines {numbers[0]} to {numbers[-1]}"


def _brief(words: str) -> str:
    """Quote the beginning of some words."""
    return f"“{textwrap.shorten(words, 90, placeholder=' …')}”"


def _in(places: Sequence[Place], given: Marked) -> list[Place]:
    return [place for place in places if place.layer == given["layer"]]


def _overlap(layer: Layer, words: str, given: Marked) -> tuple[float, int]:
    """Return the share (0 to 1) of the words of a place that was marked, and the number of its words."""
    best = 0.0
    start, end = given["start"], given["start"] + len(given["words"])
    for first, last, _ in Words(layer.text).matches([Phrase(words)]):
        common = count_words(layer.text[max(first, start) : max(min(last, end), max(first, start))])
        best = max(best, common / count_words(layer.text[first:last]))
    return best, count_words(words)
