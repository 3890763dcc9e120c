"""Find words wherever typesetting hides them.

In come phrases and a string; out come half-open ranges of code points in the string as stored.
It knows nothing of texts and layers. Begin with ``matching``; ``folding`` says which characters
count as the same, ``prefilter`` skips what cannot match in long texts.
"""

from .folding import Folded, is_word_character, occurrences
from .locate import collapse_spaces, nearest_passage, nearest_passage_of, stands_at
from .matching import Phrase, Words, matches, prepared_phrase
from .prefilter import Skimmed
from .tuning import TUNING
