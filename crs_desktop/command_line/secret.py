"""A password or a printed code: from a file of one's own, a descriptor, standard input, or asked for on the terminal.

Never an argument, which everybody on the machine can read. No finding holds what was read, nor the name it was to be
read from: somebody may have typed the secret itself in its place.
"""

from __future__ import annotations

import getpass
import os
import re
import stat
import sys
import warnings
from collections.abc import Sequence

from crs_desktop.command_line.files import STANDARD_INPUT
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no

# Options that read a secret, and what somebody may type who has not read the help.
PASSWORD_FROM, CODE_FROM = "--password-from", "--recovery-code-from"
SECOND_PASSWORD_FROM = "--second-password-from"
_AS_ARGUMENT = ("--password", "--recovery-code", "--second-password")
_DESCRIPTOR = re.compile(r"fd:([0-9]{1,6})")
_MOST_BYTES = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def never_typed(arguments: Sequence[str]) -> None:
    """Raises NotUnderstood, without repeating it, for a secret that stands among the arguments."""
    for argument in arguments:
        option = argument.partition("=")[0]
        if option in _AS_ARGUMENT:
            raise NotUnderstood(no("cl_secret_as_argument", _field(option), option=f"{option}-from"))


def read_secret(source: str | None, option: str, asked: str) -> str:
    """What was written there, or typed when `source` is None. Raises NotUnderstood, which never holds it."""
    if source is None or (source == STANDARD_INPUT and sys.stdin is not None and sys.stdin.isatty()):
        return _typed(option, asked)
    try:
        content = _content(source, option)
    except (OSError, ValueError, OverflowError) as error:
        detail = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise NotUnderstood(no("cl_secret_unreadable", _field(option), detail=detail)) from None
    return _one_line(content, option)


def _typed(option: str, asked: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # it would read on, with every letter on the screen
        try:
            typed = getpass.getpass(asked)
        except (getpass.GetPassWarning, EOFError, OSError):
            raise NotUnderstood(no("cl_secret_no_terminal", _field(option), option=option)) from None
    if not typed:
        raise NotUnderstood(no("cl_secret_empty", _field(option)))
    return typed


def _content(source: str, option: str) -> bytes:
    """Raises OSError."""
    if source == STANDARD_INPUT:
        if sys.stdin is None:
            return b""
        number = _number_of_input()
        if number is not None:
            _must_be_own(number, option)
        return sys.stdin.buffer.read(_MOST_BYTES + 1)
    if source.startswith("fd:"):
        found = _DESCRIPTOR.fullmatch(source)
        if found is None:
            raise NotUnderstood(no("cl_secret_descriptor", _field(option)))
        _must_be_own(int(found[1]), option)
        return _all_of(int(found[1]))
    # Not waiting: a pipe of that name would be waited for until somebody writes to it.
    number = os.open(source, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise NotUnderstood(no("cl_secret_not_a_file", _field(option)))
        _must_be_own(number, option)
        return _all_of(number)
    finally:
        os.close(number)


def _number_of_input() -> int | None:
    try:
        return sys.stdin.fileno()
    except (OSError, ValueError):
        return None


def _must_be_own(number: int, option: str) -> None:
    """A file that others can read or change is refused; a pipe is seen by nobody. Raises OSError."""
    if os.name == "nt":
        return
    found = os.fstat(number)
    if stat.S_ISREG(found.st_mode) and (found.st_mode & _OTHERS or found.st_uid not in (os.geteuid(), 0)):
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        raise NotUnderstood(no("cl_secret_open_to_others", _field(option), mode=mode))


def _all_of(number: int) -> bytes:
    content = b""
    while len(content) <= _MOST_BYTES and (more := os.read(number, _MOST_BYTES + 1)):
        content += more
    return content


def _one_line(content: bytes, option: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUnderstood(no("cl_secret_not_utf8", _field(option))) from None
    line = text.removesuffix("\n").removesuffix("\r")
    if len(content) > _MOST_BYTES or "\n" in line:
        raise NotUnderstood(no("cl_secret_not_one_line", _field(option)))
    if not line:
        raise NotUnderstood(no("cl_secret_empty", _field(option)))
    return line


def _field(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")
