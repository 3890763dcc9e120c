"""The words of the first lesson of a new module, in each language that has them: its prose, questions and settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..questions import PHRASES


@dataclass(frozen=True)
class LessonWords:
    """The words of the first lesson in one language; ``{a}`` and ``{b}`` stand for the titles of the two texts."""

    language: str
    title: str
    card: tuple[str, str, str]  # the question, the level and what is needed
    cells: dict[str, str]
    questions: dict[str, str]
    voice: str  # of a text, until the course names the writer
    quote: str  # quotation marks around words of a text
    phrases: dict[str, str] = field(default_factory=dict)
    months: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


ENGLISH = LessonWords(
    "en",
    "A first lesson",
    ("What do the two texts say?", "any; no knowledge of the subject needed", "no other lesson"),
    {
        "promise": (
            "**The promise.** In twenty minutes you will have read two texts and quoted both.\n\n<!-- screen -->\n"
            "**Opened again?** First choose *Run → Run All Cells*, or press ▶▶ in the bar at the top.\n\n"
            "**Before you run the next cell:** who may have written this text, and to whom? Write it down."
            "\n\n<!-- turn -->"
        ),
        "after-first": "## The first text\n\nHow does it begin, and how does it end? Look before you answer.",
        "search": "A search shows every place that has a word. What stands around it?",
        "after-search": "Now look at the whole text again.",
        "order": "Close the text. What comes first in it, and what comes last?",
        "second": (
            "## The second text\n\nIt is another voice. **Before you run the next cell:** what will it answer? "
            "Write it down."
        ),
        "beside": (
            "## Side by side\n\n**All together.** Who speaks in each text, and to whom? Say it to your neighbour first."
        ),
        "table": "Put both texts into a table.",
        "one-word": "Look at the first text again.",
        "essay": "Now write.",
        "done": (
            "## What you have done\n\nYou have read two texts and quoted them word for word.\n\n"
            "**Ten minutes more:** read the second text again. What does it leave open?"
        ),
        "sources": "## Sources\n\n- {a}\n- {b}",
    },
    {
        "choice": "Which of these words come first in “{a}”?",
        "choice.right": "They come before the others.",
        "choice.wrong": "These words come later.",
        "choices": "Which of these words are in “{a}”?",
        "choices.right": "They are in it.",
        "choices.wrong": "These words are in the other text.",
        "order": "In which order are these words in “{a}”?",
        "order.why": "This is the order of the text.",
        "passage": "Find these words in “{b}” and mark them: {words}.",
        "passage.why": "Here they are.",
        "passage.near": "These are other words.",
        "match": "Which text has these words?",
        "match.why": "They are in this text.",
        "match.hint": "Look for these words in both texts.",
        "grid": "What belongs to which text?",
        "grid.has": "It has the words",
        "grid.why": "These words are in it.",
        "grid.hint": "Look for these words in both texts.",
        "grid.about": "What it is about",
        "grid.words": "a few words of your own; write here what you would accept",
        "short": "Which word follows {words} in “{a}”?",
        "short.model": "The next word is {word}.",
        "essay": "What do the two texts say? Quote both.",
        "essay.model": "One text has {first}, the other {second}. Write here what a good answer says.",
        "essay.criterion": "Quotes both texts",
        "essay.levels": "both | one of them | none",
        "essay.idea": "Write here what students often misunderstand.",
        "essay.reply": "Write here what you would answer.",
    },
    "Voice {}",
    "“{}”",
)

GERMAN = LessonWords(
    "de",
    "Eine erste Lektion",
    ("Was sagen die zwei Texte?", "jedes; Vorwissen ist nicht nötig", "nur dieses Notebook"),
    {
        "promise": (
            "**Das Versprechen.** In zwanzig Minuten hast du zwei Texte gelesen und aus beiden zitiert.\n\n"
            "<!-- screen -->\n**Schon einmal geöffnet?** Wähle zuerst *Run → Run All Cells*, oder drücke ▶▶ "
            "in der Leiste oben.\n\n"
            "**Bevor du die nächste Zelle ausführst:** Wer kann diesen Text geschrieben haben, und an wen? "
            "Schreib es auf.\n\n<!-- turn -->"
        ),
        "after-first": "## Der erste Text\n\nWie beginnt er, und wie endet er? Sieh nach, bevor du antwortest.",
        "search": "Die Suche zeigt jede Stelle, an der ein Wort steht. Was steht um das Wort herum?",
        "after-search": "Sieh dir nun den ganzen Text noch einmal an.",
        "order": "Schau nicht auf den Text. Was kommt darin zuerst, und was zuletzt?",
        "second": (
            "## Der zweite Text\n\nHier spricht eine andere Stimme. **Bevor du die nächste Zelle ausführst:** Was wird "
            "sie antworten? Schreib es auf."
        ),
        "beside": (
            "## Nebeneinander\n\n**Alle zusammen.** Wer spricht in jedem Text, und zu wem? Sag es zuerst "
            "der Person neben dir."
        ),
        "table": "Trage beide Texte in eine Tabelle ein.",
        "one-word": "Sieh dir noch einmal den ersten Text an.",
        "essay": "Schreib nun selbst.",
        "done": (
            "## Was du getan hast\n\nDu hast zwei Texte gelesen und sie genau zitiert.\n\n"
            "**Zehn Minuten mehr:** Lies den zweiten Text noch einmal. Was lässt er offen?"
        ),
        "sources": "## Quellen\n\n- {a}\n- {b}",
    },
    {
        "choice": "Welche dieser Worte kommen in „{a}“ zuerst?",
        "choice.right": "Sie kommen vor den anderen.",
        "choice.wrong": "Diese Worte kommen später.",
        "choices": "Welche dieser Worte stehen in „{a}“?",
        "choices.right": "Sie stehen darin.",
        "choices.wrong": "Diese Worte stehen im anderen Text.",
        "order": "In welcher Reihenfolge stehen diese Worte in „{a}“?",
        "order.why": "So folgen sie im Text aufeinander.",
        "passage": "Finde diese Worte in „{b}“ und markiere sie: {words}.",
        "passage.why": "Hier stehen sie.",
        "passage.near": "Das sind andere Worte.",
        "match": "In welchem Text stehen diese Worte?",
        "match.why": "Sie stehen in diesem Text.",
        "match.hint": "Suche diese Worte in beiden Texten.",
        "grid": "Was gehört zu welchem Text?",
        "grid.has": "In ihm stehen die Worte",
        "grid.why": "Diese Worte stehen darin.",
        "grid.hint": "Suche diese Worte in beiden Texten.",
        "grid.about": "Wovon er handelt",
        "grid.words": "einige eigene Worte; schreibe hier, was du gelten lässt",
        "short": "Welches Wort folgt in „{a}“ auf {words}?",
        "short.model": "Das nächste Wort ist {word}.",
        "essay": "Was sagen die zwei Texte? Zitiere beide.",
        "essay.model": "In einem Text steht {first}, im anderen {second}. Schreibe hier, was eine gute Antwort sagt.",
        "essay.criterion": "Zitiert beide Texte",
        "essay.levels": "beide | einen von beiden | keinen",
        "essay.idea": "Schreibe hier, was oft falsch verstanden wird.",
        "essay.reply": "Schreibe hier, was du darauf antwortest.",
    },
    "Stimme {}",
    "„{}“",
    PHRASES
    | {
        "question": "Frage",
        "minutes": "Minuten",
        "level": "Niveau",
        "needs": "Braucht",
        "promise": "Das Versprechen.",
        "opened_again": "Schon einmal geöffnet?",
        "predict": "Bevor du | Sag voraus",
        "all_together": "Alle zusammen",
        "done": "Was du getan hast",
        "ten_more": "Zehn Minuten mehr",
        "sources": "Quellen",
        "lesson": "Lektion | Lektionen",
        "numbered_question": "Frage | Fragen",
        "paragraph": "Absatz | Absätze | Absätzen",
        "and": "und | oder | bis",
        "in_minutes": "in | In | etwa",
        "write_so_many": "ergänze | beantworte | finde | markiere | nenne | öffne | zitiere | schreib | schreibe",
        "at_least": "mindestens | höchstens",
        "texts": "Texte | Texten | Briefe | Briefen | Papiere | Papieren | Dokumente | Dokumenten",
        "not_counted": "und | oder | von | in | an | auf | mit | zu | ist | sind | war | waren | haben | mehr | der",
    },
    (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
    ),
    (
        "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn",
        "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn", "zwanzig",
    ),
)  # fmt: skip


def lesson_words(language: str) -> LessonWords:
    """Return the words for a language; English where there are none.

    Examples
    --------
    >>> lesson_words("de-AT").title, lesson_words("fr").title
    ('Eine erste Lektion', 'A first lesson')
    """
    return {"de": GERMAN}.get(language.partition("-")[0].lower(), ENGLISH)
