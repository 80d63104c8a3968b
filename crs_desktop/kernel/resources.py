"""Where the shipped data lies: inside the installed package first, else beside it in a checkout."""

from __future__ import annotations

from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder below `resources`. Raises FileNotFoundError when the folder is missing."""
    package = Path(__file__).resolve().parent.parent
    for root in (package / "resources", package.parent / "resources"):
        if root.is_dir():
            return root.joinpath(*parts)
    raise FileNotFoundError("the folder 'resources' is missing beside the program")
