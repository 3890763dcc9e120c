"""Search for phrases regardless of typography: quotation marks, hyphens, line ends, notes, signs of italics.

Takes phrases and a string; returns half-open ranges of code points in the stored string. It does not
depend on texts and layers. Start with ``matching``; ``folding`` says which characters count as the same,
``prefilter`` searches long texts without folding all of them.
"""

from .folding import Folded, for_javascript, is_word_character, occurrences
from .locate import collapse_spaces, nearest_passage, nearest_passage_of, stands_at
from .matching import Phrase, Words, matches, prepared_phrase
from .prefilter import Skimmed
from .tuning import TUNING
