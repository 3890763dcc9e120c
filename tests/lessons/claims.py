"""Numbers in the lessons that no output backs, each with a computation or a reason.

This file belongs to this course. Other courses need their own ``CLAIMS`` and ``DATES``, or no such file.

The words of a claim are in the lesson exactly as here. ``{}`` stands for a number that is computed from
the texts. If you change such a number in a lesson, change it here too and check the reason again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from functools import cache
from itertools import accumulate

from lessons_checked import ROOT, Claim, table

from helpers.reading import concordance, sentence_starts
from helpers.texts import Text, load_text

PAGES = TELEGRAM, LETTER = "1921-telegram", "1923-letter"
# Dates of the dispute that the second text is about; they need no row in timeline.csv.
DATES = {"1922–23"}
IN_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@cache
def text(name: str) -> Text:
    return load_text(name)


def parts(name: str) -> list[tuple[str, str]]:
    """Layer and words of all paragraphs of a page, in continuous order."""
    page = text(name)
    return [(layer.id, page.content[start:end]) for layer in page.parts for start, end in layer.paragraphs]


def numbers_of(name: str, *layers: str) -> tuple[int, ...]:
    """The continuous numbers of the last paragraphs of some layers."""
    ids = [id for id, _ in parts(name)]
    return tuple(len(ids) - ids[::-1].index(layer) for layer in layers)


def together(name: str, split: str) -> list[int]:
    """First and last numbers of paragraphs that are in one line, or one block, of the source file."""
    source = (ROOT / "texts" / text(name).about["source_file"]).read_text("utf-8")
    ends = list(accumulate(len("".join(piece.split())) for piece in re.split(split, source)))
    starts = accumulate((len("".join(words.split())) for _, words in parts(name)), initial=0)
    # Both have the same words in the same order, so positions without white space agree.
    pieces = [bisect_right(ends, start) for start in list(starts)[:-1]]
    alike = [[n for n, piece in enumerate(pieces, 1) if piece == one] for one in sorted(set(pieces))]
    return [one for group in alike if len(group) > 1 for one in (group[0], group[-1])]


def places_without_his_name() -> tuple[int, ...]:
    """The paragraphs of the telegram’s page whose voices lesson 01 asks for."""
    heading, telegram, note, line, source = numbers_of(
        TELEGRAM, "document-heading", "telegram", "lenin-note", "return-line", "source-line"
    )
    return heading, telegram, note - 1, line, source


def word(number: int) -> str:
    return IN_WORDS[number]


def capital(number: int) -> str:
    return word(number).capitalize()


def lines(name: str, phrase: str, *voices: str) -> int:
    """How often a phrase occurs, in all layers or those of some voices."""
    found = concordance(text(name), phrase, layers="all")
    return sum(not voices or row["layer"].startswith(voices) for row in found)


def sentences(layer: str) -> int:
    return len(sentence_starts(text(TELEGRAM)[layer].text))


def shares() -> tuple[int, int, int, int]:
    letter = text(LETTER)
    own, whole = letter["letter"].words, letter.words
    return own, whole, round(100 * own / whole), letter["soviet-note-2"].words


def days(earlier: str, later: str) -> int:
    """The days between two rows of the timeline."""
    start = {row["id"]: date.fromisoformat(row["date_start"]) for row in table("timeline")}
    return (start[later] - start[earlier]).days


def edges(**wanted: str) -> list[str]:
    return [row["edge_id"] for row in table("relations") if all(row[key] == value for key, value in wanted.items())]


ANY = (
    *(Claim("", f"{{}} {thing}", numbers=lambda: (word(len(PAGES)),))
      for thing in ("texts", "papers", "pages", "files", "secret papers")),
    Claim("", "two provenance cards", "one for each text"),
    Claim("", "Two provenance cards", "one for each text"),
    Claim("", "{} sentences. Read", numbers=lambda: (capital(sentences("telegram")),)),
    Claim("", "the other {} sentences", numbers=lambda: (word(sentences("telegram") - 1),)),
    Claim("", "of the {} sentences", numbers=lambda: (word(sentences("telegram")),)),
    Claim("", "the {} names again", numbers=lambda: (word(len(edges(relation="demands_reply_from")) - 1),)),
    Claim("", "among the {}", numbers=lambda: (word(len(edges(relation="demands_reply_from")) - 1),)),
    Claim("", "of 1922–23", "the dispute among the Georgian Communists: timeline, rows t23 to t36"),
    # Books and articles that no table names.
    Claim("", "*Paradoxes of Power, 1878–1928* (New York: Penguin Press, 2014)", "Kotkin’s book"),
    Claim("", "“The Georgian Affair of 1922: Policy Failure, Personality Clash or Power Struggle?”, *Europe-Asia "
          "Studies* 50/3 (1998)", "Smith’s article"),
    Claim("", "pp. 519–544", "Smith’s article"),
    Claim("", "(Moscow: Moscow University Press, 2003)", "Sakharov’s book"),
    Claim("", "Zhukov (2014)", "his book"),
    Claim("", "(New York: Scribner’s, 1930)", "Trotsky’s memoirs"),
    Claim("", "(New York: Pantheon, 1968)", "Lewin’s book"),
    Claim("", "*The Formation of the Soviet Union: Communism and Nationalism, 1917–1923* (Cambridge, MA: Harvard "
          "University Press, 1954)", "Pipes’s book"),
    Claim("", "*Socialism in Georgian Colors: The European Road to Social Democracy, 1883–1917* (Cambridge, MA: "
          "Harvard University Press, 2005)", "Jones’s book"),
    Claim("", "The Case of Georgia 1921–1928”, *Soviet Studies* 40/4 (1988), pp. 616–639", "Jones’s article"),
    Claim("", "(Bloomington: Indiana University Press, 1988)", "Suny’s book"),
    Claim("", "(London: Reaktion, 2012)", "Rayfield’s book"),
        Claim("07", "Fatal Threat...’ 1920” (an article", "Chachkhiani’s article"),
    Claim("", "in International Politics, 1918–1921* (London: Headley Brothers, 1940)", "Avalishvili’s book"),
    Claim("", "(Moscow: Progress, 1970)", "the first printing of volume 45: timeline, row t44"),
    Claim("", "vol. 42, pp. 463–494", "the journal of Lenin’s secretaries"),
    Claim("03", "vol. 36, pp. 605–611", "as note [2] says: Vol. 36, pp. 605–11"),
    Claim("03", "vol. 45, p. 486", "as note [2] says: Fifth (Russian) Edition, Vol. 45, p. 486"),
    Claim("03", "ch. 11, note 93", "as timeline.csv, row t24, says"),

    Claim("04", "(Moscow, 1958)", "the volume of the treaty; medium to high confidence"),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (
    *ANY,
    Claim("00", "a line or two of Python", "longest cells have three lines with the import"),
    Claim(
        "00", "{} to {} are one line, {} and {} are another", numbers=lambda: tuple(together(TELEGRAM, "\n")[:4])
    ),
    Claim("00", "{} to {} are one block", numbers=lambda: tuple(together(TELEGRAM, r"\n\s*\n")[-2:])),
    Claim(
        "00",
        "{} places. {} are the website’s, written in modern times: title ({}), caption ({}), introduction ({}). "
        "{} are the copyist’s, in remarks in brackets ({}, {}).",
        numbers=lambda: (
            capital(lines(TELEGRAM, "Lenin")),
            capital(lines(TELEGRAM, "Lenin", "site-")),
            *numbers_of(TELEGRAM, "site-title", "site-caption-1", "site-introduction"),
            capital(lines(TELEGRAM, "Lenin", "copyist-")),
            *numbers_of(TELEGRAM, "copyist-remark-2", "copyist-remark-3"),
        ),
    ),
    Claim("00", "a short note ({})", numbers=lambda: numbers_of(TELEGRAM, "lenin-note")),
    Claim("00", "remark on the copy ({})", numbers=lambda: numbers_of(TELEGRAM, "copyist-remark-1")),
    Claim("00", "of the page (paragraph {})", numbers=lambda: numbers_of(TELEGRAM, "document-heading")),
    Claim("00", "Two verbs", "that of the title and that of the telegram"),
    Claim(
        "00",
        "leave {} and {}, the two long ones",
        numbers=lambda: numbers_of(TELEGRAM, "site-introduction", "telegram"),
    ),
    Claim("00", "two long paragraphs", "the two of the sentence before"),
    Claim("00", "In {} the website tells", numbers=lambda: numbers_of(TELEGRAM, "site-introduction")),
    Claim("00", "In {} the paper itself", numbers=lambda: numbers_of(TELEGRAM, "telegram")),
    Claim("00", "two subjects, two verbs", "those of the title and of the telegram"),
    Claim("00", "two quick conclusions", "the two that can be opened below"),
    Claim("00", "Lesson 02 looks at what that depends on", "its heading “Where one thing depends on another”"),
    Claim("00", "Lesson 01 comes back to it", "question 1.7 asks for the date"),
    Claim("01", "{} to {} are one paragraph", numbers=lambda: tuple(together(LETTER, "\n"))),
    Claim(
        "01",
        "The letter has {} of the {} words of its file: {} in a hundred. "
        "One note by the editors has {}.",
        numbers=shares,
    ),

    Claim("01", "are a [2] and a [3], but no [1]. Yet a note [1]", "[2] in the title, [3] in the letter"),
        Claim("01", "the other two stand at the end", "three notes"),
    Claim("01", "in a paper of July 1921", "Collected Works 45, p. 227, as the sources of the lesson say"),
    Claim("01", "vol. 45, p. 227", "the paper of July 1921"),
    Claim("01", "at footnote [1]", "question 1.1 asks about it"),
    Claim("01", "order do [1], [2] and [3] appear", "all three notes"),
    Claim("01", "Note [2] takes sides", "the note of 490 words"),
    Claim("01", "two expressions", "both follow in the same sentence"),
    Claim(
        "01",
        "Paragraphs {} to {} are one long note",
        numbers=lambda: (numbers_of(LETTER, "soviet-note-1-end")[0] + 1, *numbers_of(LETTER, "soviet-note-2")),
    ),
    Claim(
        "01",
        "connected with ({}). It tells of a conflict among the Communists in Georgia and Transcaucasia ({}), "
        "of what Lenin thought about it ({}), and of how a reader should understand his words ({}). It ends with a "
        "coming meeting with which, the editors say, the letter was connected ({})",
        numbers=lambda: tuple(n for n, (id, _) in enumerate(parts(LETTER), 1) if id == "soviet-note-2"),
    ),
    Claim("01", "aloud (paragraph {})", numbers=lambda: tuple(
        n for n, (_, words) in enumerate(parts(LETTER), 1) if "fundamentally erroneous" in words)),
    Claim(
        "01",
        "Five other places on that page are less easy: paragraphs {}, {}, {}, {} and {}",
        numbers=lambda: places_without_his_name(),
    ),
    Claim("01", "The first of the next two cells", "the two pages below it"),
    Claim("01", "In lesson 00 you found", "the heading “Every place with his name” there"),
    Claim("01", "the page of lesson 00", "its worksheet prints the page of 1921"),
    Claim(
        "01",
        "copyist ({}), Central Committee ({}), Lenin according to the copyist ({} and {}), website ({}). "
        "Paragraph {} sounds",
        numbers=lambda: (*places_without_his_name(), places_without_his_name()[2]),
    ),
    Claim("01", "And {} has no name under it", numbers=lambda: numbers_of(TELEGRAM, "return-line")),
    Claim("01", "Two places deserve a second look", "the two points below it"),
    Claim("01", "Lesson 03 comes back to it", "the cell that looks for “on the plea of”"),
    Claim("01", "note [2] translates a note", "timeline, row t43"),
    Claim("01", "(Moscow: Progress, 1976), p. 607", "the front matter of the letter"),
    Claim(
        "01",
        "{} words and a date",
        numbers=lambda: (capital(text(TELEGRAM)["document-heading"].words - 1),),
    ),
    Claim("01", "Two dates that do not agree", "that of the heading and that of the caption"),
    Claim(
        "01",
        "struck out {} tenths of a page",
        numbers=lambda: (word(round(10 - 10 * shares()[0] / shares()[1])),),
    ),
    Claim("01", "Lesson 03 will weigh both sides", "lesson 03 has arguments for and against"),
    Claim("01", "Keep them for lessons 02 and 03", "the cards of the two texts that these lessons read"),
    Claim("02", "Committee of October 1917", "general knowledge; no event of this story"),
    Claim("02", "Each of the three words", "order, permission, question"),
    Claim("02", "one of the three words", "order, permission, question"),
    Claim("02", "The two versions", "ours, and that of the Collected Works"),
    Claim("02", "top secret for two or three months", "so the notes of the Collected Works, volume 45"),
    Claim("02", "Two witnesses of the same telegram", "ours, and that of the Collected Works"),
    Claim("02", "two kinds of condition", "a norm and a promise"),
    Claim("02", "Which of the two claims too much", "an order, a question"),
    Claim("02", "Lesson 07 examines it", "question 7.1"),
    Claim("02", "can be read in two ways", "the two ways follow in the same sentence"),
    Claim("02", "to keep for lesson 05", "lesson 05 asks who never speaks"),
    Claim("02", "Two of the {} sentences are about", numbers=lambda: (word(sentences("telegram")),)),
    Claim("02", "only seven or eight words", "a wish"),
    Claim("02", "lesson 04 will ask whether they survive", "the question of lesson 04"),
    Claim("03", "It has {} words", numbers=lambda: (shares()[0],)),
    Claim("03", "saw in lesson 01. They", "lesson 01 shows the editors’ notes"),
    Claim("03", "three English ones", "case, affair, file"),
    Claim("03", "on the page of lesson 01", "its worksheet prints the page of 1923"),
    Claim("03", "two places that can be checked", "the first and the second, which follow"),
    Claim("03", "what the three places say", "the three of the sentence before"),
    Claim("03", "Lesson 05 asks what such absences", "lesson 05 sorts silences"),
    Claim("03", "distrusts two men", "Stalin and Dzerzhinsky"),
    Claim("03", "was about two things", "both follow in the same sentence"),
    Claim("03", "the editors give two references", "Document 814, and the Russian edition"),
    Claim("03", "close to these two", "the two things of the paragraph above"),
    Claim("03", "an envelope in lesson 04", "envelope 5 there is Document 814"),
    Claim("03", "events from October 1922", "the rows of the table below it"),
    Claim("03", "The first two are known here", "Kamenev’s letter and Trotsky’s of October 1923"),
    Claim("03", "about the invasion of 1921", "the year of the telegram"),
    Claim("03", "eighty-six words in two ways", "the words of the letter, as at the beginning; two readings"),
    Claim("03", "Lesson 05 needs both", "lesson 05 sets the two texts side by side"),
    Claim("04", "your answer in lesson 02", "question 2.10"),
    Claim("04", "the telegram of lesson 02", "its worksheet prints it"),
    Claim("04", "Two things are easy to get wrong", "both follow"),
    Claim("04", "a number from one to five", "a scale"),
    Claim("04", "number 3 and one that you choose", "the second telegram is in envelope 3"),
    Claim("04", "look at your answer of lesson 03 too", "question 3.9"),
    Claim("04", "Envelopes 1 to 4 test your answer of lesson 02", "their papers are of 1920 and 1921; question 2.10"),
    Claim("04", "tests your answer of lesson 03", "envelope 5 is of 1923; question 3.9"),
    Claim("04", "one sentence of Document 814", "the quotation in envelope 5"),
    Claim("04", "my-814", "the text of Document 814, if a student brings it along"),
    Claim("04", "three points. The foreign", "break, front, army"),
    Claim("04", "{} days after the Red Army entered", numbers=lambda: (word(days("t14", "t46")),)),
    Claim("04", "agree on three things", "arms, concessions, a bloc"),
    Claim("04", "Three sentences, 6 March 1923", "as the letter is printed"),
    Claim("04", "the letter of the 5th", "5 March 1923"),
    Claim("04", "for January to March 1921", "the months of the table"),
    Claim("04", "the 12th, the 15th or the 16th of February", "timeline, row t12"),
    Claim("04", "Lesson 05 opens it", "the card of the constitution"),
    Claim("04", "Four words of the telegram, and two disputes", "the uprising; in Georgia"),
    Claim("04", "a war in December 1918", "timeline, row t52"),
    Claim("04", "since November 1920", "timeline, row t53"),
        Claim("04", "(*Collected Works*, vol. 45)", "timeline, row t09"),
    Claim("04", "the same three sentences", "what the report of a group says: changes, does not prove, still wants"),
    Claim("04", "did two groups change", "two that differ"),
    Claim("04", "the same sentence of lesson 02", "question 2.10"),
    Claim("04", "Each of the three is good", "keep, change, withdraw"),
    Claim("04", "in two English translations", "the treaty of May 1920"),
    Claim("05", "on six points", "the rows of the student’s table"),
        Claim("05", "four kinds of silence", "the four that follow in the same sentence"),
    Claim("05", "Six points", "the rows of the student’s table"),
    Claim("05", "one of three words", "agree, differ, silent"),
    Claim("05", "one of your three words", "agree, differ, silent"),
    Claim("05", "Three warnings", "genre is the second of them"),
    Claim("05", "The same two English words", "top secret"),
    Claim("05", "Two such points do not make a line", "a sentence of each paper"),
    Claim("05", "two points do not make a line", "a sentence of each paper"),
    Claim("05", "Two minutes, if your class leaves out lesson 06: one name, two men", "the two Kamenevs; a wish"),
    Claim("05", "They are two men", "the Kamenevs"),
    Claim("05", "so they stay two", "the secretary and Volodicheva"),
    Claim("05", "defends one of the four", "the four answers before it"),
    Claim("05", "the four names", "as the telegram has them"),
    Claim("05", "not one of the four", "the named men of the sentence before"),
    Claim("05", "4 of lesson 04", "the letter of 2 March 1921"),
    Claim("05", "Two minutes. Now", "a wish"),
    Claim("05", "(Art. 1.)", "of the constitution"),
    Claim("05", "Article 1 in English translation", "of the constitution"),
    Claim("07", "set up after 1921", "Jones’s article"),
    Claim("07", "twenty minutes, before anybody writes", "as the plan of the lesson says"),
    Claim("07", "keep two that do not fit", "a wish"),
    Claim("07", "one draft of each kind", "the two of question 7.8"),
    Claim("07", "one paper that could change", "a wish"),
    Claim("07", "ask only one thing", "the question that follows"),
    Claim("07", "the sheets of lessons 01 and 03", "their worksheets print the page of 1923"),
    Claim("07", "the page of lesson 00", "its worksheet prints the page of 1921"),
    Claim("07", "at least two** of your own marks", "a wish"),
    Claim("07", "the sheets of lessons 02 to 05", "the lessons that give a student marks"),

    Claim("07", "all three read in extracts", "Sakharov, Zhukov, Loginov"),
    Claim("07", "(Stanford: Hoover Institution, 1968)", "Zhordania’s memoirs"),
    Claim("07", "*Between Red and White* (1922)", "Trotsky’s book"),
    Claim("07", "whether to use your name or a pseudonym", "the file and the page"),
    Claim("06", "six acts of sending", "the rows of question 6.7"),
    Claim("06", "you have three sentences", "the critique of the lesson"),
    Claim("06", "Two people speak for", "a wish"),
    Claim("06", "two against it", "a wish"),
    Claim("06", "the next two cells", "the two chains below it"),
    Claim("06", "two channels for one text", "Sklyansky to Smilga, Stalin to Ordzhonikidze"),
    Claim("06", "Two of the {} say", numbers=lambda: (word(lines(LETTER, "phone")),)),
    Claim(
        "06",
        "(paragraphs {}, {} and {} of the page in lesson 01)",
        numbers=lambda: tuple(n for n, (_, words) in enumerate(parts(LETTER), 1) if "phone" in words.lower()),
    ),
    Claim("06", "three readings", "the first three rows of the letter’s table"),
    Claim("06", "One name, and one missing name", "Kamenev, and the secretary"),
    Claim("06", "and it has a number", "its edge"),
    Claim("06", "at most seven boxes", "a wish"),
    Claim(
        "06",
        "the arrows {} and {} in the picture",
        numbers=lambda: (*edges(target="kamenev_ss"), *edges(source="kamenev_lb")),
    ),
    Claim("06", "the arrow {}.", numbers=lambda: tuple(edges(source="kamenev_lb"))),
    Claim("06", "{} places on the page speak", numbers=lambda: (capital(lines(LETTER, "phone")),)),
    Claim(
        "06",
        "{} arrows go from Lenin to Trotsky ({}, {})",
        numbers=lambda: (lambda found: (word(len(found)), *found))(edges(source="lenin", target="trotsky")),
    ),
    Claim("06", "vol. 45, p. 607 (heading", "the front matter of the letter"),
    Claim("06", "two channels for one text", "Sklyansky to Smilga, Stalin to Ordzhonikidze"),
    Claim("06", "two Kamenevs", "S. S. and L. B.: people.csv"),
    Claim("06", "one person of the two", "Kamenevs"),
    Claim("06", "so they stay two", "the secretary and Volodicheva"),
    Claim(
        "06",
        "{} solid arrows are new too ({}, {}, {})",
        numbers=lambda: (lambda found: (capital(len(found)), *found))(
            [row["edge_id"] for row in table("relations")
             if row["layer"].startswith("copyist-") and row["basis"] == "explicit_in_document"]
        ),
    ),
    Claim("06", "Two short texts", "the two of the course"),
    Claim("06", "the two chains", "one for each text"),
)  # fmt: skip

# Names of voices and papers as patterns, each with the layers whose words it may introduce.
SPEAKERS: dict[str, tuple[str, ...]] = {
    r"telegram": ("telegram", "signatures"),
    r"Central Committee": ("telegram", "signatures"),
    r"(?<!note to )letter": ("letter",),
    r"Lenin’s note": ("lenin-note", "return-line"),
    r"note to Sklyansky": ("lenin-note", "return-line"),
    r"(?:secretary|secretary’s sheet)": ("secretary-message",),
    r"(?<!my )(?<!your )introduction": ("site-introduction",),
    r"title": ("site-title",),
    r"caption": ("site-caption-1", "site-caption-2"),
    r"website": ("site-title", "site-introduction", "site-caption-1", "site-caption-2", "page-furniture",
                 "source-line"),
    r"source line": ("source-line",),
    r"heading": ("document-heading", "edition-data"),
    r"(?:copyist|copy|remark)": ("copyist-remark-1", "copyist-remark-2", "copyist-remark-3", "document-heading"),
    r"note \[1\]": ("soviet-note-1", "soviet-note-1-end", "secretary-message"),
    r"footnote": ("soviet-note-1", "soviet-note-1-end", "secretary-message"),
    r"note \[2\]": ("soviet-note-2",),
    r"note \[3\]": ("soviet-note-3",),
    r"editor": ("soviet-note-1", "soviet-note-1-end", "soviet-note-2", "soviet-note-3", "edition-data",
                "addressee-line"),
    r"edition": ("soviet-note-2", "soviet-note-3", "edition-data", "addressee-line"),
    r"archive": ("site-data", "page-head", "page-furniture"),
}  # fmt: skip

# Words in quotation marks that are in neither text: where they may stand, and whose they are.
OTHERS: dict[str, tuple[str, str]] = {
    "Russia undertakes to refrain from any kind of interference in the internal affairs of Georgia": (
        r"Envelope 1", "Treaty of Moscow, 7 May 1920, Article II, in an English translation"),
    "to defer a break with Georgia, to systematically collect material concerning her violations of the agreement": (
        r"Envelope 2", "Collected Works 42, p. 268"),
    "to defer a break": (r"Envelope 2", "Collected Works 42, p. 268"),
    "swift and vigorous action, not stopping short of the capture of Tiflis, if, for military considerations, this "
    "should be necessary": (r"Envelope 3", "Collected Works 45, pp. 84–85"),
    "swift and vigorous action": (r"[Ss]econd (?:CC )?telegram", "Collected Works 45, pp. 84–85"),
    "an acceptable compromise for a bloc with Jordania or similar Georgian Mensheviks": (
        r"Envelope 4", "Collected Works 32, p. 160"),
    "Jordania": (r"Envelope 4|2 March 1921", "Collected Works 32, p. 160"),
    "I am following your case with all my heart": (r"Envelope 5", "Collected Works 45, p. 608"),
    "with all my heart": (r"Envelope 5|Doc(?:ument|\\.) 814", "Collected Works 45, p. 608"),
    "Georgia shall be a free, independent, and indivisible State": (
        r"constitution", "Constitution of 21 February 1921, Article 1, in an English translation"),
    "as provinces of the RSFSR": (r"Makharadze", "J. Smith (1998), p. 524, as Kotkin quotes it"),
    "working people's armed uprising": (r"Soviet note", "Collected Works 45, the note to the telegram"),
    "on the night of February 11": (r"LCW 45", "Collected Works 45, the note to the telegram"),
    "local protection for insurgents in the neutral zone": (r"LCW 45, Document 66", "Collected Works 45, pp. 84–85"),
    "not stopping short of the capture of Tiflis, if": (r"LCW 45, Document 66", "Collected Works 45, pp. 84–85"),
    "Inform us daily": (r"LCW 45, Document 66", "Collected Works 45, pp. 84–85"),
    "abuse against Orjonikidze": (r"LCW 45, p\. 582", "Collected Works 45, p. 582"),
    "On March 10, 1923, there was an acute deterioration": (r"LCW 45 note", "Collected Works 45, a note"),
    "document 476": (r"Russian note", "the Russian edition, vol. 54, p. 674"),
    "Draft Resolution for the Plenum of the C.C., R.C.P.(B.) on Georgia": (r"vol\. 42", "a title"),
    "Telegram to the Revolutionary Military Council of the 11th Army": (r"vol\. 45", "a title"),
    "Letter to G. K. Orjonikidze": (r"vol\. 32", "a title"),
    "The Georgian Affair of 1922: Policy Failure, Personality Clash or Power Struggle?": (r"Smith", "a title"),
    "The Establishment of Soviet Power in Transcaucasia: The Case of Georgia 1921–1928": (r"Jones", "a title"),
    "‘We Face a Fatal Threat...’ 1920": (r"Chachkhiani", "a title"),
    "Politicheskoe zaveshchanie": (r"Sakharov", "a title"),
}  # fmt: skip
