"""How an answer is marked: a verdict in words, and what each part of the answer teaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..quotations import WORD_FOR_WORD, check_quotes
from ..search import Phrase, Words
from ..texts import Layer, count_words, module_text, words_counted
from .model import FREE, Place, Question

RIGHT, PARTLY, NOT_YET, SAVED = "right", "partly right", "not yet right", "saved"
# Of the words of a passage so many must be marked for it to count as found.
_ENOUGH = 0.6


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


def mark_answer(question: Question, response: object) -> Verdict:
    """Mark an answer.

    Parameters
    ----------
    question : Question
        What was asked.
    response : object
        The answer as `responses.normal` has it.

    Returns
    -------
    Verdict
        The verdict; made anew each time, so that a mended key or explanation counts at once.

    Examples
    --------
    >>> from helpers.questions import Option, Question
    >>> options = (Option("a", "Yes", "It says so.", correct=True), Option("b", "No", "Read again."))
    >>> asked = Question("1.1", "choice", "sourcing", "Is it?", "01-x", "X", 1, "best", "", options=options)
    >>> mark_answer(asked, "b").said
    'Not yet right: 0 of 1 point.'
    >>> mark_answer(asked, "a").remarks[0]
    Remark(verdict='right', about='Yes', why='It says so.')
    """
    share, remarks, wants = _KINDS[question.kind](question, response)
    if share is None:
        return Verdict(SAVED, None, question.points, remarks, wants, too_short(question, response))
    state = RIGHT if share == 1 else PARTLY if share > 0 else NOT_YET
    points = round(share * question.points * 2) / 2
    if state == PARTLY:  # rounding gives nobody all the points, or none, for a part
        points = min(max(points, 0.5), question.points - 0.5) if question.points else 0
    return Verdict(state, points, question.points, remarks, wants)


def too_short(question: Question, response: object) -> bool:
    """Whether words are fewer than a free answer is to have: then it is not complete.

    Examples
    --------
    >>> too_short(Question("1.1", "short", "sourcing", "Who?", "01-x", "X", 0, "last", "", least=2), "He.")
    True
    """
    return question.kind in FREE and count_words(str(response)) < question.least


Marked = tuple[float | None, tuple[Remark, ...], tuple[str, ...]]


def _choice(question: Question, response: str) -> Marked:
    chosen = question.option(response)
    remarks = [Remark("right" if chosen.correct else "not this", chosen.text, chosen.why)]
    if chosen.correct:
        remarks += [Remark("why not", one.text, one.why) for one in question.options if one is not chosen]
    return float(chosen.correct), tuple(remarks), ()


def _choices(question: Question, response: Sequence[str]) -> Marked:
    right = [option for option in question.options if option.correct]
    hits = sum(option.id in response for option in right)
    false = len(response) - hits
    remarks = [
        Remark("right" if option.correct else "not this", option.text, option.why)
        for option in question.options
        if option.id in response
    ]
    if hits == len(right) and not false:
        remarks += [Remark("why not", one.text, one.why) for one in question.options if not one.correct]
    elif hits < len(right):
        remarks.append(Remark("missing", f"{len(right) - hits} more", "Read the other options again."))
    return max(0, hits - false) / len(right), tuple(remarks), ()


def _order(question: Question, response: Sequence[str]) -> Marked:
    right = [item.id for item in question.items]
    texts = {item.id: item.text for item in question.items}
    begun = next((n for n, (a, b) in enumerate(zip(right, response, strict=True)) if a != b), len(right))
    if begun == len(right):
        return 1.0, (Remark("right", "The whole order", question.why),), ()
    # A neighbour before its follower is what one knows when one knows an order.
    pairs = sum(
        right.index(response[n]) < right.index(response[m]) for n in range(len(right)) for m in range(n + 1, len(right))
    )
    all_pairs = len(right) * (len(right) - 1) / 2
    stands = "The first one stands where it belongs." if begun == 1 else f"The first {begun} stand where they belong."
    stands = stands if begun else "Look again at what comes first."
    remark = Remark("look again", f"From “{texts[response[begun]]}” on", stands)
    return (0.0 if pairs * 2 < all_pairs else min(pairs / all_pairs, 0.99)), (remark,), ()


def _match(question: Question, response: Mapping[str, str]) -> Marked:
    remarks = []
    for item in question.items:
        chosen = response.get(item.id)
        if chosen is None:
            remarks.append(Remark("missing", item.text, "Give it a match."))
            continue
        pair = f"{item.text}: {question.option(chosen).text}"
        right = chosen == item.goes_with
        remarks.append(
            Remark("right" if right else "not this", pair, item.why if right else item.hint or "Look at it again.")
        )
    hits = sum(remark.verdict == "right" for remark in remarks)
    return hits / len(question.items), tuple(remarks), ()


def _passage(question: Question, response: Sequence[Mapping]) -> Marked:
    text = module_text(question.document)
    remarks: list[Remark] = []
    hits: set[Place] = set()
    beside = False
    for given in response:
        quoted = f"“{given['words']}”"
        found = [
            (target, *_overlap(text[given["layer"]], target.words, given)) for target in _in(question.targets, given)
        ]
        target, share, words = max(found, key=lambda one: one[1], default=(None, 0, 0))
        most = question.most_words or 2 * words + 3
        if share >= _ENOUGH and count_words(given["words"]) <= most:
            hits.add(target)
            remarks.append(Remark("right", quoted, target.why))
        elif share >= _ENOUGH:
            remarks.append(Remark("too much", quoted, f"It is in there. Mark at most {words_counted(most)}."))
        elif share:
            remarks.append(Remark("a part of it", quoted, "Mark the whole of the words that show it."))
        else:
            beside = True
            near = [
                place for place in _in(question.near, given) if _overlap(text[given["layer"]], place.words, given)[0]
            ]
            remarks.append(
                Remark("not this", quoted, near[0].why if near else "These words do not show it by themselves.")
            )
    wanted = len(question.targets) if question.all_wanted else 1
    share = min(len(hits) / wanted, 1)
    if not share:
        # What was found in part, or among too much, is worth something.
        share = 0.5 / wanted if any(remark.verdict in ("too much", "a part of it") for remark in remarks) else 0
    elif share == 1 and (beside or len(remarks) > len(hits)):
        share = 0.75
    if question.all_wanted and len(hits) < wanted and not any(r.verdict != "right" for r in remarks):
        remarks.append(Remark("missing", f"{wanted - len(hits)} more", "There are more words that show it."))
    return share, tuple(remarks), ()


def _in(places: Sequence[Place], given: Mapping) -> list[Place]:
    return [place for place in places if place.layer == given["layer"]]


def _overlap(layer: Layer, words: str, given: Mapping) -> tuple[float, int]:
    """Which share of some words of a layer was marked, and how many words they are."""
    best = 0.0
    start, end = given["start"], given["start"] + len(given["words"])
    for first, last, _ in Words(layer.text).matches([Phrase(words)]):
        common = count_words(layer.text[max(first, start) : max(min(last, end), max(first, start))])
        best = max(best, common / count_words(layer.text[first:last]))
    return best, count_words(words)


def _free(question: Question, response: str) -> Marked:
    wants = []
    count = count_words(response)
    if count < question.least:
        wants.append(f"{words_counted(count)}; at least {question.least} are asked for.")
    if question.most and count > question.most:
        wants.append(f"{words_counted(count)}; at most {question.most} are asked for.")
    if question.least_evidence:
        quoted = {
            row["quotation"]
            for row in check_quotes(response)
            if row["verdict"].startswith(WORD_FOR_WORD) and (row["document"], row["layer"]) in question.evidence
        }
        if len(quoted) < question.least_evidence:
            wants.append(
                f"{len(quoted)} of {question.least_evidence} quotations stand word for word in the layers asked for. "
                "Put quoted words into quotation marks."
            )
    if not question.accept:
        return None, (), tuple(wants)
    answer = Words(response)
    if answer.matches([Phrase(words) for words in question.accept]):
        return 1.0, (Remark("right", response, question.model_answer),), tuple(wants)
    wrong = [Remark("not this", words, why) for words, why in question.wrong if answer.matches([Phrase(words)])]
    return 0.0, tuple(wrong), tuple(wants)


_KINDS = {
    "choice": _choice,
    "choices": _choices,
    "passage": _passage,
    "order": _order,
    "match": _match,
    "short": _free,
    "essay": _free,
}
