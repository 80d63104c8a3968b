"""`stock WORD`: each act of the shelf stands in a file of its own."""

from __future__ import annotations

import importlib

from crs_desktop.command_line.world import Told, World


def tell(world: World) -> Told:
    """Hand over to the word that was named."""
    word = importlib.import_module(f"crs_desktop.command_line.stock_{world.options.word.replace('-', '_')}")
    told: Told = word.tell(world)
    return told
