"""Check the quotations of an essay: are the words in the texts, and whose words are they?

Input: an essay and texts. Output: a verdict for each place of each quotation. Begin with ``checking``.
``pairing`` pairs quotation marks, ``extraction`` finds the quotations, ``passages`` finds them in the texts,
and ``attribution`` finds the speaker whom the essay names.
"""

from .checking import COLUMNS, ELSEWHERE, LONGEST, MOST_QUOTATIONS, check_quotes, find_quotations
from .passages import Stream
from .similarity import most_similar
from .verdicts import ALTERED, COPYISTS, EDITORS, FROM, NOT_FOUND, QUOTED, WORD_FOR_WORD
