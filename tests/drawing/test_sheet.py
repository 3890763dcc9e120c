"""Figures in a kernel."""

from __future__ import annotations

import os

from jupyter_client.manager import start_new_kernel

CODE = "from helpers import correspondence, plot_network\npicture = plot_network(correspondence())"


def test_figure_is_shown_in_a_kernel_whose_environment_turns_figures_off():
    manager, client = start_new_kernel(env={**os.environ, "MPLBACKEND": "agg"})
    try:
        shown = []
        reply = client.execute_interactive(CODE, timeout=120, output_hook=shown.append)
        assert reply["content"]["status"] == "ok"
        pages = [one["content"]["data"].get("text/html", "") for one in shown if one["msg_type"] == "display_data"]
        assert any("<img alt=" in page for page in pages)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
