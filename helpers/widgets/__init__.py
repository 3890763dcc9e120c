"""The live views in a notebook: page, form, pencil, network explorer and one's own work.

In come texts, questions and networks; out come views that show still HTML first and a widget where
widgets are installed. Only this room imports anywidget, ipywidgets and traitlets. Begin with ``live``
and ``page``; each view has a script of its own beside it.
"""

import lazy_loader

# The names and where they stand are in __init__.pyi, which editors and type checkers read too. Each is
# imported when it is first used (PEP 562): the page needs nothing of the other views.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
