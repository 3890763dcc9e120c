"""Find the speaker to whom a sentence of an essay gives a quotation, if the sentence leaves no doubt.

A check that accuses must be right, so whatever is not certain stays unsaid. The words that stand beside the
quotation must be one whole English clause: “Smith writes to Jones: …”, “…, says Smith”, “according to Smith,
…”, “in Smith’s words, …”. The rest of the sentence may hold no second verb of saying, no doubt, and no name
of the true speaker.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from ..search import Words, prepared_phrase
from ..texts import Layer, read_table
from .extraction import Quotation

# Anybody may use a word or two, or the name of a body; from this number of words on a quotation has an owner.
LEAST_WORDS, MANY_WORDS = 3, 5
# A layer of at most so many words that follows another may be its signature.
_SIGNATURE = 12
# Common English words that are no words of the other languages in which students write. In English prose they
# are about a fifth of the words with a small first letter, in other languages next to none.
_COMMON = (
    "the and that it with his be by this not are but from have they which you were her she there would their him been "
    "has who more out what its about into than them only could these two then any my now our even after also many "
    "before must through while where because does how why here those according words letter whose other between"
)
_ENGLISH = 0.16

# ---------------------------------------------------------------- the words that leave a doubt

# Words, and beginnings of words, that show a second speaker, a second quotation or a talk about words.
_OTHER_VOICE = (
    "say says said saying put puts tell tells told read reads sign signs signed hear heard line lines ask asks asked "
    "add adds added note notes noted object objects use uses used call calls called order orders ordered",
    "writ wrote spe spok talk quot cit repl repeat echo borrow cop paraphras answer respon demand request warn claim "
    "stat declar argu expla remark observ admit conclud complain dictat insist assert announc comment report describ "
    "mention phras word accord attribut ascrib credit belong sentenc express passage refer allud react learn agree "
    "confirm den maintain emphas stress translat histor scholar biograph author sender editor web site page "
    "introduction title heading caption footnote endnote annotation archive textbook wikipedia teacher student",
)
# Words that make a sentence no plain statement of its author: doubt, denial, supposition, somebody’s account.
_DOUBT = (
    "no not never nobody nowhere nothing neither nor or either without if whether though can cannot may might could "
    "would should lie lies both rather instead except anyone someone somebody play plays film films story",
    "hardly scarcely unless although suppos imagin assum pretend perhaps maybe probabl possibl presum apparent alleg "
    "reported seem appear ostensib purport false wrong untru incorrect mista misattribut misquot fake forge invent "
    "fiction novel legend joke actual real account version view opinion interpret believ think thought doubt rumo",
)


def _any_of(words: str, beginnings: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:(?:{'|'.join(words.split())})|(?:{'|'.join(beginnings.split())})\w*)\b", re.I)


_OTHER_VOICES = _any_of(*_OTHER_VOICE)
_DOUBTS = re.compile(rf"[?…]|n't\b|{_any_of(*_DOUBT).pattern}", re.I)

# ---------------------------------------------------------------- the clauses; @ and a number stand for a name

# Only these take words without a colon or “that”: “he notes ‘the danger’” may be about the danger.
_PLAIN = "says said writes wrote written states stated declares declared adds added remarks remarked"
# Only these may stand before their subject: “‘…’ warns Smith” may mean that Smith is warned.
_INVERTED = f"{_PLAIN} insists insisted argues argued replies replied concludes concluded complains complained"
# With somebody who is told, these do not show whose words they are: “Smith told Jones ‘…’” may pass words on, and
# “Smith asked Jones to ‘…’” may borrow them.
_TELLING = "tells told asks asked orders ordered warns warned reminds reminded assures assured informs informed"
_SPEAKING = (
    f"{_PLAIN} {_TELLING} "
    "announces announced claims claimed insists insisted argues argued explains explained notes noted "
    "observes observed admits admitted concludes concluded promises promised complains complained dictates dictated "
    "replies replied answers answered demands demanded requests requested asserts asserted stresses stressed "
    "emphasises emphasised emphasizes emphasized comments commented reports reported exclaims exclaimed maintains "
    "maintained affirms affirmed confesses confessed"
)
_VERB = rf"(?P<verb>{'|'.join(_SPEAKING.split())})\b"
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = rf"(?:\d{{1,2}}\s+)?(?:{_MONTH})(?:\s+\d{{1,2}}\b)?(?:,?\s+\d{{4}})?"
_DATE = rf"(?:{_DAY}|\d{{4}})"
_DOCUMENT = r"(?:letter|note|telegram|message|reply|answer|order|document|text|instruction|dispatch|cable|memo)s?"
_A = r"(?:the|this|that|his|her|its|their|an?)"
_HEARER = (
    rf"(?:(?:(?:the|comrade)\s+)*@\d+|(?:him|her|them|us)\b|{_A}\s+(?:\w+\s+){{0,2}}"
    r"(?:army|council|commanders?|officers?|soldiers?|comrades?|colleagues?|readers?)\b)"
)
# A document of whatever kind (“in the exam answer”) may be the essay’s own.
_PLAIN_DOCUMENT = (
    rf"(?:(?:first|second|last|same|own|short|long|famous|secret|private|personal|dictated|handwritten|earlier|later"
    rf"|covering|two)\s+){{0,2}}{_DOCUMENT}\b"
)
_IN_A_DOCUMENT = rf"(?:in|at\s+the\s+(?:end|beginning)\s+of)\s+{_A}\s+{_PLAIN_DOCUMENT}"
# To whom, where, when and how: what may stand beside the verb.
_DETAILS = (
    rf"(?:,?\s+(?:to\s+{_HEARER}|{_IN_A_DOCUMENT}|(?:in|on|of|from|dated)\s+{_DATE}|by\s+(?:tele)?(?:phone|gram|graph)"
    r"|later|again|then|there|here|once|\w+ly)\b)*"
)
_NAME = r"(?:(?:the|an?|comrade)\s+)*(?:[A-Z]\.\s*)*@(?P<name>\d+)"
_ADVERBS = r"(?:\s+(?:has|had|also|then|again|later|once|now|therefore|thus|still|even|\w+ly))*"
_LINKS = (
    r"(?:(?:and|but|yet|while|whereas|so|then|thus|here|later|finally|as|still|however|also|first|there|today|now"
    r"|meanwhile|moreover|again|next|afterwards)\b,?\s*)*"
)
# A clause begins with its sentence, or after a semicolon or another quotation. Neither a comma nor “and” is enough:
# “in my dream, Smith says …”, “the man who fears the Council and Smith says …”.
_START = rf"(?:^[\s,]*|;\s*)(?P<clause>{_LINKS}"
_PLACE = rf"(?:(?:{_IN_A_DOCUMENT}|(?:in|on)\s+{_DATE}){_DETAILS},?\s+)?"
# “that”, and at most a subject that is a name, “we” or “there”: “he” may be somebody else.
_REPORTED = (
    r"(?P<reported>(?:\s+that)?(?:\s+(?:the\s+)?(?:@\d+|we|there)(?:\s+(?:is|was|are|were|had|has|been|will))*)?)"
)
_SIGN = r"(?P<sign>\s*[:,])"
_WORDS_OF = r"'s?\s+(?:own\s+)?words"


# Compiled when an essay is checked: it takes longer than importing most modules, and every question imports this one.
_BEFORE = (
    rf"{_START}{_PLACE}{_NAME}(?:'s?\s+(?P<document>{_PLAIN_DOCUMENT}){_DETAILS})?{_ADVERBS}\s+"
    rf"(?:{_VERB}|(?P<reads>reads)){_DETAILS}(?:{_SIGN}|,?{_REPORTED})?)$",
    rf"{_START}according\s+to\s+{_NAME}{_DETAILS}{_SIGN}?{_REPORTED})$",
    rf"{_START}(?:in\s+)?{_NAME}{_WORDS_OF}{_DETAILS}{_SIGN}?)$",
    rf"{_START}in\s+the\s+words\s+of\s+{_NAME}{_DETAILS}{_SIGN}?)$",
    rf"{_START}in\s+{_NAME}'s?\s+(?P<document>{_PLAIN_DOCUMENT}){_DETAILS},?\s+(?:we|one)\s+(?P<reads>reads?|finds?)"
    rf"{_SIGN}?)$",
)
_REST = r"(?P<tail>(?:[\s,;:].*)?)$"
_AFTER = (
    rf"^,?\s*(?:(?:so|as|thus)\s+)?{_NAME}{_ADVERBS}\s+{_VERB}{_DETAILS}{_REST}",
    rf"^,?\s*(?:(?:so|as|thus)\s+)?(?P<verb>{'|'.join(_INVERTED.split())})\s+{_NAME}{_DETAILS}{_REST}",
    rf"^,?\s*(?:according\s+to|in\s+the\s+words\s+of)\s+{_NAME}{_DETAILS}{_REST}",
    rf"^,?\s*in\s+{_NAME}{_WORDS_OF}{_DETAILS}{_REST}",
    rf"^(?:is|was|were)\s+(?:said|written|dictated)\s+by\s+{_NAME}{_DETAILS}{_REST}",
)
# How a sentence may go on after “…, says Smith”: not with “and Jones”, and not with “, is wrong”.
_GOES_ON = re.compile(
    r"\s*(?:$|;|,\s*$|,?\s+(?:but|while|whereas|yet|because|when)\b|,\s+and\s+(?:he|she|it|they|this|that|we)\b)", re.I
)
# A signature below a block quote. With a bare year it is the author of a book: “— Smith (1975)”.
_SIGNED = re.compile(rf"(?:—|–|--)\s*{_NAME}(?:[\s,(]+(?:{_DOCUMENT}|{_DAY}|to\s+@\d+|to|of|the|his))*[\s).]*", re.I)
# How a sentence may go on after “Smith says ‘…’”. With a verb it would speak about the words: “… hurts him”.
_GOES_ON_AFTER_QUOTED = re.compile(
    r"\s*(?:$|[;()—–]|,(?!\s*(?:is|was|are|were|has|means?|which|that|whose|where)\b)|(?:and|but|while|whereas|yet|because|"
    r"when|so|had|in|on|at|to|by|with|from|between|before|after|during|for|about|against)\b)",
    re.I,
)
_AND = re.compile(r"\s*,?\s*(?:(?:and|but)(?:\s+(?:then|also|later|that))?)?\s*,?", re.I)
_EARLIER = "“…”"


class Credit(NamedTuple):
    """To whom a sentence gives a quotation, with which verb if any, and what it says besides.

    ``document``: it is “Smith’s letter” that says it. ``_speaker`` has the number of the name in ``id``.
    """

    id: str
    rest: str
    verb: str = ""
    document: bool = False


def in_english(words: str) -> bool:
    """Whether words are English, as far as the commonest English words tell; in doubt they are not.

    Only common words and words with a small first letter count, because names are alike in all languages.

    Examples
    --------
    >>> in_english("Smith writes: … and then the Council answers"), in_english("Smith schreibt in einem Brief: …")
    (True, False)
    """
    known = {*_COMMON.split(), *_SPEAKING.split()}
    counted = [word for word in re.findall(r"[^\W\d_]+", words) if word[0].islower() or word.casefold() in known]
    share = sum(word.casefold() in known for word in counted) / max(1, len(counted))
    return share >= _ENGLISH


def _speaker(before: str, after: str) -> Credit | None:
    """To whom one clause beside a quotation gives it."""
    if _DOUBTS.search(f"{before} {after}".replace(_EARLIER, " ")):
        return None
    if signed := _SIGNED.fullmatch(after):
        return None if _before(before) else Credit(signed["name"], before)
    pieces = after.split(_EARLIER)
    tail = pieces[0]
    if len(pieces) > 1 and (link := re.match(r",?\s*(?:and|but|yet|while|whereas)\s|;", tail)) and _before(tail):
        tail = tail[: link.start()]  # “… and Jones writes” belongs to the next quotation
    elif _AND.fullmatch(tail):  # “‘…’ and ‘…’ are wrong”
        tail = next((piece for piece in pieces if not _AND.fullmatch(piece)), "")
    if found := _before(before):
        return found._replace(rest=f"{found.rest} {tail}") if _GOES_ON_AFTER_QUOTED.match(tail) else None
    return _after(after) if re.fullmatch(_LINKS, f"{before} ".lstrip(), re.I) else None


def _before(before: str) -> Credit | None:
    """Read the clause that ends before a quotation."""
    head, earlier, segment = before.rpartition(_EARLIER)
    if earlier and _AND.fullmatch(segment):  # “Smith writes ‘…’ and ‘…’”
        return _before(head.rstrip())
    if earlier and not head.strip() and (split := _after(f"{segment.rstrip()} {_EARLIER}")):
        return split  # “‘…’, writes Smith, ‘…’”
    if head.strip() and (":" in head or not segment.startswith(";")) and not _before(head.rstrip()):
        return None  # “some read it thus: Jones says ‘…’, Smith says ‘…’”
    for pattern in _BEFORE:
        match = re.search(pattern, segment, re.I)
        if match is None:
            continue
        said = match.groupdict("")
        verb = said.get("verb", "")
        reported = said.get("reported", "").strip()
        if (
            (verb and not (said.get("sign") or reported) and verb not in _PLAIN.split())
            or (verb in _TELLING.split() and reported and not reported.startswith("that"))
            or (said.get("reads") and not said["document"])
            or ":" in segment[: match.start("clause")]
        ):
            return None
        return Credit(said["name"], reported, verb or said.get("reads", ""), bool(said.get("document")))
    return None


def _after(after: str) -> Credit | None:
    """Read the clause that begins after a quotation."""
    for pattern in _AFTER:
        match = re.match(pattern, after, re.I)
        if match and (_GOES_ON.match(match["tail"]) or re.match(rf",\s*{_EARLIER}", match["tail"])):
            return Credit(match["name"], match["tail"].split(_EARLIER)[0], match.groupdict("").get("verb", ""))
    return None


class Names:
    """The names of people and bodies in ``people.csv``, and of the actors in ``layers``.

    Voices that speak only in an editor’s or copyist’s layer are nobody to whom words can be given wrongly: an
    editor who quotes is not the speaker.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        layers = list(layers)
        actors = {layer.voice for layer in layers if layer.kind == "actor"}
        others = {layer.voice for layer in layers} - actors
        called: dict[str, set[str]] = defaultdict(set)
        self._spoken: dict[str, str] = {}
        self._about: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        stands_in: dict[str, set[str]] = defaultdict(set)
        for row in read_table("people"):
            person = row["type"].startswith("person")
            self._about[row["id"]] = f"{row['canonical_name']} {row.get('full_name') or ''}"
            self._notes[row["id"]] = row.get("notes") or ""
            self._spoken[row["id"]] = _plain(row["canonical_name"])
            names = _called(row["canonical_name"], surname=person)
            # Any column with “variant” in its name may list several names.
            for column, cell in row.items():
                if column == "full_name" and person:
                    names += [name for name in _called(cell) if " " in name]
                elif "variant" in column:
                    for part in filter(None, map(str.strip, cell.split("|"))):
                        name, _, layer_id = part.rpartition("@")
                        names.append((name or layer_id).strip("“”"))
                        stands_in[layer_id].add(row["id"])
            for name in names:
                if "(" not in name and len(name.split()) <= 8:
                    called[_key(name)].add(row["id"])
        for layer in layers:
            called[_key(_first(layer))].add(layer.voice)
            about, label = self._about.get(layer.voice, ""), layer.speaker.split(":")[0]
            self._about[layer.voice] = about if label in about else f"{about} {label}"
        self._ids = {name: ids for name, ids in called.items() if re.search(r"\w\w", name) and "*" not in name}
        self._names: dict[str, set[str]] = defaultdict(set)
        for name, ids in self._ids.items():
            for id in ids:
                self._names[id].add(name)
        self._silent = others
        # Who stands in the signature of a layer may be its speaker.
        self._signers: dict[str, set[str]] = defaultdict(set)
        for layer, following in pairwise(layers):
            if following.kind == "actor" and len(following.text.split()) <= _SIGNATURE:
                self._signers[layer.voice] |= stands_in[following.id]
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for name in self._ids:
            self._by_word[re.findall(r"\w+", name)[0]].append(name)

    def _numbered(self, words: str, seen: list[str]) -> str:
        """The words with ``@`` and a number for every known name; ``seen`` has the names by number."""
        here = set(re.findall(r"\w+", words.casefold()))
        names = [prepared_phrase(name) for word in sorted(here & self._by_word.keys()) for name in self._by_word[word]]
        parts, reached = [], 0
        for start, end, name in sorted(Words(words).matches(names)) if names else []:
            if words[start].isupper() or words[start:end] != words[start:end].casefold():
                parts += [words[reached:start], f"@{len(seen)}"]
                seen.append(_key(name))
                reached = end
        return "".join([*parts, words[reached:]])

    def credited(self, quotation: Quotation) -> Credit | None:
        """To whom the sentence around a quotation gives it; None if that is not certain."""
        words = _key(quotation.words.strip(" .,;:!?"))
        if words in self._ids or not _is_evidence(quotation.words.strip()):
            return None
        seen: list[str] = []
        found = _speaker(*(self._numbered(_even(side), seen) for side in (quotation.before, quotation.after)))
        if found is None:
            return None
        ids = self._ids[seen[int(found.id)]]
        if len(ids) > 1 or ids & self._silent:
            return None
        rest = re.sub(r"@(\d+)", lambda match: seen[int(match[1])], found.rest)
        return None if _OTHER_VOICES.search(rest) else found._replace(id=min(ids), rest=rest)

    def say(self, credit: Credit | None, speaker: Layer, *, certain: bool = True) -> str:
        """A remark if the words are given to somebody other than their speaker; “” if there is no error, or a doubt."""
        if credit is None or speaker.voice == credit.id or speaker.kind == "copyist":
            return ""
        # A voice may be of a group to which the person belongs, or signed by the person.
        about = f"{self._about.get(speaker.voice, '')} {self._notes.get(speaker.voice, '')}"
        if credit.document:  # “Jones’s letter” may be the letter that Jones received
            about += f" {speaker.to}"
        alike = any(re.search(rf"\b{re.escape(name)}\b(?!-)", about, re.I) for name in self._names[credit.id])
        if alike or credit.id in self._signers[speaker.voice]:
            return ""
        own = set(re.findall(r"\w{4,}", self._about.get(speaker.voice, "").casefold()))
        if own & set(re.findall(r"\w+", credit.rest.casefold())):
            return ""
        which = "the words are" if certain else "the nearest words are"
        name = self._spoken.get(credit.id, credit.id)
        return f"attributed to {name} in your sentence; {which} {_owner(speaker)}"

    def reports(self, credit: Credit | None, sentence: str, *, actor: bool) -> bool:
        """Whether a sentence of a text may itself report what the person said: “Smith said he could not”.

        In an actor’s layer this counts if the essay has no verb or the same one: “Smith asked to add that …”.
        """
        if credit is None:
            return False
        seen: list[str] = []
        numbered = self._numbered(_even(sentence), seen)
        named = any(credit.id in self._ids[name] for name in seen)
        if actor:
            return named and bool(re.search(rf"\b{credit.verb[:3]}" if credit.verb else _VERB, numbered))
        return bool(re.search(_VERB if named else rf"\b(?:he|she|they)\s+(?:\w+ly\s+)?(?:pointed|{_VERB})", numbered))


def _is_evidence(words: str) -> bool:
    """Whether words are so many, or so rare, that two people hardly write them by chance: a sentence, or five words."""
    number = len(words.split())
    whole = words[:1].isupper() and words[-1:] in ".!?"
    return number >= MANY_WORDS or (number >= LEAST_WORDS and (whole or len(re.findall(r"\w{5,}", words)) > 1))


def _even(words: str) -> str:
    """The words with straight apostrophes and single spaces, and without ``@``."""
    words = re.sub("“…[.!?]”", "“…”", re.sub("[’‘`]", "'", words))
    return " ".join(words.replace("@", " ").split())


def _key(name: str) -> str:
    return re.sub(r"^(?:the|an?)\s+", "", " ".join(name.split()).casefold())


def _plain(name: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", name).split(",")[0].split(" / ")[0].strip()


def _first(layer: Layer) -> str:
    return layer.speaker.split(",")[0].partition("(")[0]


def _called(cell: str, *, surname: bool = False) -> list[str]:
    """The names in a cell: the plain name, alternatives after “ / ”, names in brackets and, if asked, the surname."""
    plain = _plain(cell)
    names = [plain, *map(str.strip, cell.partition("(")[0].split(" / "))]
    names += [
        name for name in re.findall(r"\(([^)]*)\)", cell) if re.fullmatch(r"[^\W\d_]{3,}(?: [^\W\d_]{3,})*", name)
    ]
    if surname and plain:
        names.append(plain.split()[-1])
    return [name for name in names if re.search(r"\w\w", name)]


def _owner(layer: Layer) -> str:
    """The speaker of a layer in the genitive, for a remark.

    Examples
    --------
    >>> _owner(Layer("a", "x", "actor", "", "", 0, 0, label="The secretaries, by phone: note"))
    'the secretaries’'
    """
    if layer.kind != "actor":
        return f"those of: {layer.speaker}"
    name = layer.speaker.split(",")[0]
    first, _, rest = name.partition(" ")
    name = f"{first.lower()} {rest}" if first in ("The", "A", "An") else name
    return name + ("’" if name.endswith("s") else "’s")
