"""Import every module in this folder, so that each kind of question registers itself."""

import pkgutil
from importlib import import_module

for _module in pkgutil.iter_modules(__path__):
    import_module(f".{_module.name}", __name__)
