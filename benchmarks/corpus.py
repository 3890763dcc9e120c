"""Generate reproducible texts of any size: invented words with typeset phrases among them."""

from __future__ import annotations

import random
import re
import unicodedata
from itertools import accumulate

_COMMON = """the of and to in that is was for it with as his on be at by had not are but from or have an they which
one you were her all she there would their we him been has when who will more no if out so said what up its about
into than them can only other new some could time these two may then do first any my now such like our over man me
even most made after also did many before must through back years where much your way well down should because each
just those people how too little state good very make world still own see men work long here get both between life
being under never day same another know while last might us great old year off come since against go came right used
take three"""

# Phrases that students search for; more are generated as needed.
_REAL = """on condition that|provided that|return the whole case|the Party C.C.|U.S.S.R.|is inclined to allow|C.-in-C.
the army’s own train|ultra-carefully|top secret|Military Revolutionary Council|the whole case|R.C.P.(B.)|by phone
guarantee of victory|Eleventh Army|I cannot rely on|quite to the contrary|without fail|at the request of|impartiality
under persecution|take the offensive|personal responsibility|return all this|in cipher|Georgian case|Georgian question
the front’s direct line|persecution|café society|Straße|old-fashioned|no further delay|strictly confidential|earnest
Central Committee|mutual distrust|for your information|comradely greetings|his “own” decision|Владимир Ильич"""

_ONSETS = "- - - b b c c d d f f g g h h l l m m n n p p r r s s t t v w br cl cr dr fl gr pl pr sh sp st str th tr ch"
_VOWELS = "a e i o u a e i o ea ai ee"
_CODAS = "- - - - - n n r s t l d m nd nt st rt ck ng sh"
_ENDINGS = "- - - - - - - ed ing er ly tion ment ness able ous al ity"


def _word(chance: random.Random) -> str:
    def one(of: str) -> str:
        return chance.choice(of.split()).strip("-")

    syllables = [one(_ONSETS) + one(_VOWELS) + one(_CODAS) for _ in range(chance.choice((1, 1, 1, 2, 2)))]
    return "".join(syllables) + one(_ENDINGS)


def vocabulary(count: int = 20_000) -> list[str]:
    """Words by frequency, highest first: English function words, then invented words."""
    chance = random.Random(1921)
    words = dict.fromkeys(_COMMON.split())
    while len(words) < count:
        word = _word(chance)
        if len(word) > 2:
            words[word] = None
    return list(words)


def phrases(count: int) -> list[str]:
    """Phrases of one to four words; each longer list begins with the shorter one."""
    chance = random.Random(1923)
    words = vocabulary()
    found = dict.fromkeys(re.split(r"[|\n]", _REAL))
    while len(found) < count:
        n = chance.choice((1, 2, 2, 3, 3, 4))
        some = [chance.choice(words[600:8000]), *(chance.choice(words[:3000]) for _ in range(n - 1))]
        chance.shuffle(some)
        phrase = " ".join(some)
        if n == 2 and chance.random() < 0.1:
            phrase = phrase.replace(" ", "-")
        found[phrase] = None
    return list(found)[:count]


def set_in_type(phrase: str, chance: random.Random) -> str:
    """Typeset a phrase: unchanged in four of five cases, otherwise with typographic variation."""
    kind = chance.random()
    if kind < 0.8:
        return phrase
    if kind < 0.84:
        return phrase.upper()
    if kind < 0.88:
        return phrase.replace(" ", "\u00a0", 1)
    if kind < 0.92:
        return phrase.replace(" ", "\n", 1)
    if kind < 0.94:
        return phrase.replace("’", "'").replace("“", '"').replace("”", '"').replace("-", "\u2010")
    if kind < 0.96:
        return unicodedata.normalize("NFD", phrase)
    if kind < 0.98:
        return phrase + f"[{chance.randint(1, 99)}]"
    middle = len(phrase) // 2
    if not phrase[middle - 1 : middle + 1].isalpha():
        return phrase
    return phrase[:middle] + ("\u00ad" if kind < 0.99 else "-\n") + phrase[middle:]


def invented(size: int) -> str:
    """Generate a text of about ``size`` characters, with sentences, paragraphs, line breaks and typography."""
    chance = random.Random(size)
    words = vocabulary()
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    sought = phrases(1000)
    few, some = sought[:10], sought[:100]
    lines: list[str] = []
    line: list[str] = []
    length = total = 0
    while total < size:
        sentence = chance.choices(words, cum_weights=weights, k=chance.randint(7, 28))
        sentence[0] = sentence[0].capitalize()
        dice = chance.random()
        if dice < 0.5:
            place = chance.randrange(len(sentence))
            sentence[place] = set_in_type(chance.choice(chance.choice((few, some, sought))), chance)
        if dice < 0.1 or dice > 0.9:
            place = chance.randrange(len(sentence))
            sentence[place] = chance.choice(
                (
                    f"“{sentence[place]}”",
                    f"({sentence[place]})",
                    f"{sentence[place]} —",
                    f"{sentence[place]}’s",
                    f"{sentence[place]}[{chance.randint(1, 99)}]",
                    f"{sentence[place]}, né",
                    f"{sentence[place]}\u00a0{chance.randint(1, 31)}",
                )
            )
        if len(sentence) > 12:
            sentence[6] += ","
        sentence[-1] += "."
        for word in sentence:
            if length + len(word) > 78:
                lines.append(" ".join(line))
                total += length
                line, length = [], 0
            line.append(word)
            length += len(word) + 1
        if chance.random() < 0.2:
            lines += [" ".join(line), ""]
            total += length + 1
            line, length = [], 0
    return "\n".join([*lines, " ".join(line)]).strip()


def from_texts() -> tuple[str, list[str]]:
    """The words of the module's own texts, and a thousand phrases, most of which are in them."""
    from helpers.texts import load_text, text_ids

    words = "\n\n".join(load_text(name).content for name in text_ids())
    runs = words.split()
    chance = random.Random(5)
    found: dict[str, None] = {}
    while len(found) < 700:
        at, n = chance.randrange(len(runs) - 4), chance.choice((1, 2, 2, 3, 4))
        found[" ".join(runs[at : at + n]).strip(" .,;:()“”[]*")] = None
    found.pop("", None)
    return words, [*found, *(phrase for phrase in phrases(1000) if phrase not in found)][:1000]
