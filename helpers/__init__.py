"""Reading tools for two texts: who speaks, in which words, and on what evidence.

The names below are what a lesson imports. Each stands in one of the rooms, which are sub-packages;
a room's own docstring says what it is for and where to begin to read.
"""

import lazy_loader

# The names and where they stand are in __init__.pyi, which editors and type checkers read too. Each is
# imported when it is first used (PEP 562): a lesson that only reads waits for no plots.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
