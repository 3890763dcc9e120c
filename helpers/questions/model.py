"""What a question is: what it asks, what an answer to it can be, and where in the texts it points."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from ..core import UserError, did_you_mean

# What each kind asks of a student, in words.
KINDS = {
    "choice": "Choose one.",
    "choices": "Choose every one that fits; one or more do.",
    "passage": "Mark words in the text.",
    "order": "Put them in order.",
    "match": "Give each its match; a match may serve more than once or not at all.",
    "short": "Answer in your own words, briefly.",
    "essay": "Write.",
}
FREE = ("short", "essay")
SKILLS = (
    "sourcing",
    "close reading",
    "contextualisation",
    "corroboration",
    "comparison",
    "silence",
    "historiographic caution",
)
ATTEMPTS = ("first", "last", "best")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things to choose from, to put in order or to match.

    Attributes
    ----------
    id, text : str
        Its name, which never changes its meaning, and its words.
    why : str
        What a student who chose it learns.
    correct : bool
        Whether it is right, in a choice.
    goes_with : str
        The option it goes with, in a match.
    hint : str
        Where to look again, for whoever matched it wrongly.
    """

    id: str
    text: str
    why: str = ""
    correct: bool = False
    goes_with: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a text that a question points at.

    Attributes
    ----------
    document, layer, words : str
        Where they stand, and which they are.
    why : str
        What they show, or why they do not.
    place : str
        File and line, for messages.
    """

    document: str
    layer: str
    words: str
    why: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric.

    Attributes
    ----------
    id, criterion : str
        Its name and what is looked at.
    points : int
        What it is worth.
    levels : tuple of str
        What an answer of each level does, the best first.
    """

    id: str
    criterion: str
    points: int
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question of a lesson.

    Attributes
    ----------
    id, kind, skill, prompt : str
        Its name, one of `KINDS`, one of `SKILLS`, and what it asks.
    lesson, title : str
        The lesson: the name of its file, and its title.
    points : int
        What it is worth; 0 if it is not marked.
    attempts : str
        Which attempt counts: ``first``, ``last`` or ``best``.
    options, items : tuple of Option
        What to choose from; what to order (in the right order) or to match.
    targets, near : tuple of Place
        The words to be marked, and words that tempt.
    where : tuple of Place
        Where in the texts the answer is found.
    evidence, least_evidence
        The layers, as (document, layer), from which a free answer must quote, and how often.
    place : str
        File and line, for messages.
    """

    id: str
    kind: str
    skill: str
    prompt: str
    lesson: str
    title: str
    points: int
    attempts: str
    place: str
    why: str = ""
    options: tuple[Option, ...] = ()
    items: tuple[Option, ...] = ()
    document: str = ""
    layers: tuple[str, ...] = ()
    targets: tuple[Place, ...] = ()
    near: tuple[Place, ...] = ()
    all_wanted: bool = False
    most_words: int = 0
    accept: tuple[str, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int = 0
    starters: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    least_evidence: int = 0
    rubric: tuple[Criterion, ...] = ()
    where: tuple[Place, ...] = ()
    reread: str = ""
    model_answer: str = ""
    misconceptions: tuple[tuple[str, str], ...] = ()

    @property
    def marked(self) -> bool:
        """Whether the module itself can say if an answer is right."""
        return self.kind not in FREE or bool(self.accept)

    @property
    def asked(self) -> str:
        """A fingerprint of what is asked: it changes when an old answer may no longer be an answer to it.

        Explanations, model answers and the key itself may be mended without it: an answer is kept
        and marked anew.
        """
        seen = [
            self.kind,
            self.prompt,
            sorted((option.id, option.text) for option in self.options),
            sorted((item.id, item.text) for item in self.items),
            [self.document, *self.layers],
            [self.least, self.most, self.least_evidence, *map(list, self.evidence)],
        ]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode("ascii")).hexdigest()[:16]

    def option(self, id: str) -> Option:
        """One of its options.

        Raises
        ------
        UserError
            If there is none of that id.
        """
        found = next((option for option in self.options if option.id == id), None)
        if found is None:
            raise UserError(
                f"Question {self.id} has no option “{id}”. {did_you_mean(id, [o.id for o in self.options])}"
            )
        return found
