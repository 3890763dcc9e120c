"""Is a quotation really there, and whose words is it?

In come an essay and texts; out comes a verdict for every quotation and every place found. Begin
with ``checking``; ``extraction`` finds the quotations, ``passages`` their places, ``attribution``
to whom the sentence gives them.
"""

from .checking import COLUMNS, LONGEST, MOST_QUOTATIONS, check_quotes, find_quotations
from .passages import Stream
from .similarity import most_similar
from .verdicts import ALTERED, COPYISTS, EDITORS, NOT_FOUND, QUOTED, WORD_FOR_WORD
