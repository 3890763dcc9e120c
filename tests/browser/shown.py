"""Words that each lesson of this course must show after Run All. Other courses do not need this file."""

SHOWN = {
    "01-who-is-speaking.ipynb": [
        "675 words are struck out; 86 are left.",
        "An unnamed secretary, quoted in note [1]",
        "128 of 760 words (17 %)",
    ],
    "02-what-was-allowed.ipynb": [
        "The telegram of 14 February 1921: readings of other versions",
        "found in 144 words",
    ],
    "03-what-was-asked.ipynb": [
        "The letter of 5 March 1923: readings of other versions",
        "8 events",
    ],
    "04-five-envelopes.ipynb": ["Not answered yet: open lesson 02", "Question 4.8"],
    "05-side-by-side.ipynb": [
        "The telegram of 14 February 1921 beside The letter of 5 March 1923",
        "Phrases found: 2; with the editors’ words they would be 2.",
    ],
    "06-who-reaches-whom.ipynb": [
        "Evidence for 6 relations",
        "Stalin will send it himself to Ordzhonikidze.",
        "3 in the 761 words looked at",
    ],
    "07-your-introduction.ipynb": ["Not answered yet: open lesson 00", "My marks", "Question 7.7"],
}
