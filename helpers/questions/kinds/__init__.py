"""The kinds of question, a file each: a file in this folder is a kind without being named anywhere else."""

import pkgutil
from importlib import import_module

for _module in pkgutil.iter_modules(__path__):
    import_module(f".{_module.name}", __name__)
