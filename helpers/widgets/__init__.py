"""The views in a notebook: page, form, pencil, network explorer and the student's own work.

Input: texts, questions and networks. Output: static HTML, followed by a live widget where anywidget is
installed. Only this room imports anywidget, ipywidgets and traitlets. Begin with ``live`` and ``page``;
each view has its own JavaScript file.
"""

import lazy_loader

# __init__.pyi lists the names and their modules, also for editors and type checkers. Each is
# imported when it is first used (PEP 562), so that a page does not load the other views.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
