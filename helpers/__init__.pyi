from .chronology import timeline as timeline, transmission as transmission
from .core import UserError as UserError, __version__ as __version__
from .drawing import save_picture as save_picture
from .network import correspondence as correspondence, evidence as evidence, plot_network as plot_network
from .quotations import check_quotes as check_quotes
from .reading import (
    compare as compare,
    concordance as concordance,
    highlight as highlight,
    survives as survives,
    variants as variants,
)
from .texts import load_text as load_text, load_texts as load_texts
from .widgets import (
    annotate as annotate,
    annotations as annotations,
    answer as answer,
    explore as explore,
    my_text as my_text,
    my_work as my_work,
    places as places,
    read as read,
)
