"""Write a quiz as QTI 1.2 in a zip file, as Canvas reads it.

Items with options have the elements that text2qti 0.8 writes. A match has those of the files that Canvas exports: a
list of all options for each item, and an equal share of the points for each right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..core import Markup, element, join
from .quiz_question import Quiz, QuizQuestion, as_html, percent, xml_file
from .zip_file import zipped

_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_TYPES = {"choice": "multiple_choice_question", "choices": "multiple_answers_question"}


def qti(quiz: Quiz) -> bytes:
    """Write a quiz as a zip file with a manifest; a comment in the quiz names what is left out."""
    name = f"{quiz.name}/{quiz.name}.xml"
    section = element("section", _description(quiz), *map(_item, quiz.questions), ident="root_section")
    assessment = element("assessment", section, ident=_ident(quiz.name), title=f"{quiz.name[:2]} {quiz.title}")
    resource = element("resource", element("file", href=name), identifier=_ident(quiz.name), type="imsqti_xmlv1p2")
    manifest = element(
        "manifest",
        element("metadata", element("schema", "IMS Content"), element("schemaversion", "1.1.3")),
        element("organizations"),
        element("resources", resource),
        identifier=_ident(f"{quiz.name} manifest"),
        xmlns=_PACKAGE,
    )
    files = {
        "imsmanifest.xml": xml_file(manifest),
        name: xml_file(element("questestinterop", assessment, xmlns=_QTI), quiz.said),
    }
    return zipped({name: words.encode("utf-8") for name, words in files.items()})


def _ident(words: str) -> str:
    return "q" + re.sub(r"\W+", "_", words)


def _description(quiz: Quiz) -> Markup:
    """Write what a student reads first, as text without a question."""
    name = f"{quiz.name} about"
    shown = element("presentation", _material(quiz.about))
    return _titled(name, quiz.title, _facts(name, "text_only_question", 0, ()), shown)


def _item(one: QuizQuestion) -> Markup:
    idents = [f"{_ident(one.id)}_{n}" for n in range(1, len(one.item.answers) + 1)]
    facts = _facts(one.id, _TYPES.get(one.item.type, "matching_question"), one.points, idents)
    return _titled(one.id, one.id, facts, *(_choosing(one, idents) if idents else _matching(one)))


def _titled(name: str, title: str, *parts: Markup) -> Markup:
    return element("item", *parts, ident=_ident(name), title=title)


def _facts(name: str, kind: str, points: int, idents: Iterable[str]) -> Markup:
    """Write what Canvas must know of an item."""
    facts = {
        "question_type": kind,
        "points_possible": points,
        "original_answer_ids": ",".join(idents),
        "assessment_question_identifierref": f"{_ident(name)}_ref",
    }
    fields = (
        element("qtimetadatafield", element("fieldlabel", label), element("fieldentry", value))
        for label, value in facts.items()
    )
    return element("itemmetadata", element("qtimetadata", *fields))


def _choosing(one: QuizQuestion, idents: list[str]) -> Iterator[Markup]:
    """Yield what is shown, how it is marked and the feedback of a question with options."""
    single = one.item.type == "choice"
    labels = (_label(ident, words) for ident, (words, _, _) in zip(idents, one.item.answers, strict=True))
    asked = element(
        "response_lid",
        element("render_choice", *labels),
        ident="response1",
        rcardinality="Single" if single else "Multiple",
    )
    yield element("presentation", _material(one.prompt), asked)
    shares = {ident: share for ident, (_, share, _) in zip(idents, one.item.answers, strict=True)}
    why = {ident: why for ident, (_, _, why) in zip(idents, one.item.answers, strict=True) if why}
    chosen = {ident: element("varequal", ident, respident="response1") for ident in idents}
    if single:
        right = join(chosen[ident] for ident in idents if shares[ident] > 0)
    else:
        wanted = (chosen[ident] if shares[ident] > 0 else element("not", chosen[ident]) for ident in idents)
        right = element("and", *wanted)
    yield element(
        "resprocessing",
        _score(),
        *(_condition(chosen[ident], _shows(f"{ident}_fb"), goes_on=True) for ident in why),
        _condition(right, element("setvar", 100, action="Set", varname="SCORE"), goes_on=False),
    )
    yield from (_feedback(f"{ident}_fb", words) for ident, words in why.items())


def _matching(one: QuizQuestion) -> Iterator[Markup]:
    """Yield what is shown, how it is marked and the feedback of a match."""
    me = _ident(one.id)
    # Not in the order of the items.
    offered = sorted({right for _, right in one.item.pairs} | {*one.item.distractors})
    idents = {words: f"{me}_{n}" for n, words in enumerate(offered, 1)}
    share = percent(1 / len(one.item.pairs))
    lists, marks = [], []
    for n, (left, right) in enumerate(one.item.pairs, 1):
        labels = (_label(ident, words) for words, ident in idents.items())
        lists.append(element("response_lid", _material(left), element("render_choice", *labels), ident=f"response_{n}"))
        chosen = element("varequal", idents[right], respident=f"response_{n}")
        marks.append(_condition(chosen, element("setvar", share, varname="SCORE", action="Add"), goes_on=True))
    why = "\n".join(one.item.why)
    shown = [_condition(element("other"), _shows("general_fb"), goes_on=True)] if why else []
    yield element("presentation", _material(one.prompt), *lists)
    yield element("resprocessing", _score(), *shown, *marks)
    if why:
        yield _feedback("general_fb", why)


def _material(words: str) -> Markup:
    return element("material", element("mattext", str(as_html(words)), texttype="text/html"))


def _label(ident: str, words: str) -> Markup:
    return element("response_label", _material(words), ident=ident)


def _score() -> Markup:
    return element("outcomes", element("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal"))


def _condition(when: Markup, then: Markup, *, goes_on: bool) -> Markup:
    return element("respcondition", element("conditionvar", when), then, **{"continue": "Yes" if goes_on else "No"})


def _shows(ident: str) -> Markup:
    return element("displayfeedback", feedbacktype="Response", linkrefid=ident)


def _feedback(ident: str, words: str) -> Markup:
    return element("itemfeedback", element("flow_mat", _material(words)), ident=ident)
