"""The faces of the reading tools in a notebook; the only modules that may import widgets."""
