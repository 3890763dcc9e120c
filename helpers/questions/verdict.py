"""The verdict on an answer, with a remark on each part of it."""

from __future__ import annotations

from dataclasses import dataclass

RIGHT, PARTLY, NOT_YET, SAVED = "right", "partly right", "not yet right", "saved"


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on one part of an answer, with its explanation in ``why``."""

    verdict: str  # one or two words: “right”, “not this”, “missing”
    about: str  # the part of the answer
    why: str


@dataclass(frozen=True, slots=True)
class Marking:
    """The share of an answer that is right, before it is converted to points."""

    share: float | None  # from 0 to 1; None if the module cannot mark the answer
    remarks: tuple[Remark, ...] = ()
    wants: tuple[str, ...] = ()  # what a free answer still needs, one sentence each


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on an answer."""

    state: str  # RIGHT, PARTLY or NOT_YET; SAVED if the module does not mark the answer
    points: float | None  # in half points; None if the module does not mark the answer
    of: int  # the highest number of points
    remarks: tuple[Remark, ...] = ()
    wants: tuple[str, ...] = ()  # what a free answer still needs, one sentence each
    short: bool = False  # whether a free answer has too few words, so that its model answer is not yet shown

    @property
    def said(self) -> str:
        """The verdict in words, with what the answer still needs."""
        if self.points is None:
            return " ".join(
                [*self.wants, "Your teacher marks this answer." if self.of else "This answer is not marked."]
            )
        points = f"{self.state.capitalize()}: {self.points:g} of {self.of} point{'' if self.of == 1 else 's'}."
        return " ".join([points, *self.wants])
