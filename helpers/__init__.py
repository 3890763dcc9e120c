"""Tools for close reading: who speaks, in which words, and on what evidence.

Lessons import the names in ``__init__.pyi``. Each comes from one of the sub-packages (rooms), whose
docstring says what it is for and where to begin to read.
"""

import lazy_loader

# __init__.pyi lists the names, also for editors and type checkers. Each is imported when it is first used
# (PEP 562), so that a lesson without plots does not wait for matplotlib.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
