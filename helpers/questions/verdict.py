"""What is said of an answer: a verdict in words, and what each part of the answer teaches."""

from __future__ import annotations

from dataclasses import dataclass

RIGHT, PARTLY, NOT_YET, SAVED = "right", "partly right", "not yet right", "saved"


@dataclass(frozen=True, slots=True)
class Remark:
    """What one part of an answer teaches.

    Attributes
    ----------
    verdict : str
        In a word or two: ``right``, ``not this``, ``missing`` and so on.
    about : str
        The part of the answer.
    why : str
        The explanation.
    """

    verdict: str
    about: str
    why: str


@dataclass(frozen=True, slots=True)
class Marking:
    """How right an answer is, before points are given for it.

    Attributes
    ----------
    share : float or None
        From 0 (nothing is right) to 1 (all is); None where the module cannot mark it.
    remarks : tuple of Remark
        What each part of the answer teaches.
    wants : tuple of str
        What a free answer still needs.
    """

    share: float | None
    remarks: tuple[Remark, ...] = ()
    wants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of an answer.

    Attributes
    ----------
    state : str
        ``right``, ``partly right``, ``not yet right``; or ``saved`` where nothing is marked.
    points : float or None
        In half points; None where nothing is marked.
    of : int
        How many points there are.
    remarks : tuple of Remark
        What each part of the answer teaches.
    wants : tuple of str
        What a free answer still needs.
    short : bool
        Whether a free answer has fewer words than are asked for: then its model is not yet shown.
    """

    state: str
    points: float | None
    of: int
    remarks: tuple[Remark, ...] = ()
    wants: tuple[str, ...] = ()
    short: bool = False

    @property
    def said(self) -> str:
        """The verdict as a sentence."""
        if self.points is None:
            still = "It is not complete yet. " if self.wants else ""
            return f"{still}This answer is not marked by the module."
        return f"{self.state.capitalize()}: {self.points:g} of {self.of} point{'' if self.of == 1 else 's'}."
