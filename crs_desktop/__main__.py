"""The program's door: no verb opens the window, a verb answers in the terminal."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the program with these arguments (default: those of the process); the exit status."""
    from crs_desktop.command_line.start import run

    return run(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
