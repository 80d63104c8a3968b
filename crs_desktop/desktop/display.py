"""Is there a screen? Asked before Qt starts, because Qt aborts the process when it finds none."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping


def has_display(environment: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """True when a window could be seen: always outside Linux, there only with a display server."""
    env = os.environ if environment is None else environment
    if env.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return not platform.startswith("linux") or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def choose_platform(environment: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> None:
    """Without a display draw off screen, unless somebody chose otherwise."""
    env = os.environ if environment is None else environment
    if not has_display(env, platform):
        env.setdefault("QT_QPA_PLATFORM", "offscreen")
