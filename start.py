#!/usr/bin/env python3
"""Set up everything in this folder, then open the demo or run the law and the tests. Standard library only.

    python3 start.py                the window on a throw-away store of made-up data (no screen: the board as text)
    python3 start.py test [...]     ruff, mypy, the import contracts, then pytest; further words go to pytest
    python3 start.py VERB [...]     any other verb of crs-desktop, after the same set-up

What it does the first time, and says so while doing it:

1. finds the system libraries that Qt opens (Linux only) and brings the missing ones: by apt-get as root; as an ordinary
   user without a screen, unpacked into .venv-libs beside this file; otherwise it prints the one command to run;
2. makes the virtual environment .venv and installs what pyproject.toml asks for, with uv where present, else with pip;
3. compiles the program's bytecode, and writes a stamp so that every later start skips all of this.

Nothing outside this folder is touched, except by apt-get when run as root.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "crs-set-up.sha256"
UNFINISHED = VENV / "crs-set-up.unfinished"
PRIVATE = ROOT / ".venv-libs"

OLDEST_PYTHON = (3, 11)
MOST_WORKERS = 4  # more windows and stores at once than this and a start is measured slower than it is
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14")
ENVIRONMENT_FAILED = 3  # the same exit status that the program uses when the world around it fails

# Shared library -> Debian package. First what Qt opens even without a screen, then what a screen adds.
QT_ALWAYS = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
}
QT_ON_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
QT_ON_WAYLAND = {"libwayland-cursor.so.0": "libwayland-cursor0"}
# What the packages of QT_ALWAYS need themselves: `apt-get download` fetches names, not their dependencies.
ALSO_PRIVATELY = (
    *("libglvnd0", "libglx0", "libpcre2-8-0", "libfreetype6", "libpng16-16", "libexpat1", "libxcb1", "libxau6"),
    *("libxdmcp6", "libbsd0", "libmd0", "libatomic1", "fontconfig-config"),
    "fonts-dejavu-core",
)


class CannotGoOnError(Exception):
    """Something around us is missing; the message is for the person at the keyboard and names the next step."""


def say(message: str) -> None:
    """Tell what happens, on standard error: standard output belongs to the program and to pytest."""
    print(f"start.py: {message}", file=sys.stderr, flush=True)


def run(command: list[str], env: dict[str, str], quiet: bool = False, cwd: pathlib.Path = ROOT) -> int:
    """Run one command, by default in the project folder; a death by signal n is the status 128 + n, as in a shell."""
    sink = subprocess.DEVNULL if quiet else None
    status = subprocess.call(command, cwd=cwd, env=env, stdout=sink, stderr=sink)
    return status if status >= 0 else 128 - status


def is_root() -> bool:
    """True for the Unix superuser."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


# -- Python and the screen ------------------------------------------------------------------------------------------


def need_a_new_enough_python() -> None:
    """Go on with Python 3.11 or newer; from an older one start again with a newer one, when the machine has it."""
    if sys.version_info >= OLDEST_PYTHON:  # a newer one is asked for, yet an old one must reach this line
        return
    for name in NEWER_PYTHONS:
        newer = shutil.which(name)
        if newer:
            say(f"this Python is {sys.version.split()[0]}; starting again with {name}")
            os.execv(newer, [newer, str(ROOT / "start.py"), *sys.argv[1:]])
    raise CannotGoOnError(
        f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Install one (https://www.python.org/downloads/,"
        " or your system's packages) and run this file with it, for example: python3.11 start.py"
    )


def environment_for_children(testing: bool) -> dict[str, str]:
    """Our environment without what would lead a child astray; Qt draws off screen for tests and without a display."""
    astray = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
    env = {name: value for name, value in os.environ.items() if name not in astray}
    if testing or not has_display():
        env.setdefault("QT_QPA_PLATFORM", "offscreen")
    return env


def has_display() -> bool:
    """Windows and macOS always have one; elsewhere X11 or Wayland says so."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# -- the system libraries of Qt -------------------------------------------------------------------------------------


def bring_system_libraries(env: dict[str, str]) -> None:
    """Make sure that Qt can open its system libraries; `env` is told where private ones lie."""
    if not sys.platform.startswith("linux"):
        return
    offscreen = env.get("QT_QPA_PLATFORM") == "offscreen"
    missing = missing_libraries(wanted_libraries(offscreen))
    if not missing:
        return
    packages = sorted(set(missing.values()))
    if not shutil.which("apt-get"):
        raise CannotGoOnError(
            "Qt needs system libraries that are not here: " + ", ".join(sorted(missing)) + ".\n"
            "  Install the packages of your system that hold them, then run this again."
        )
    if is_root():
        install_as_root(packages, env)
    elif offscreen:
        bring_private_libraries(env, packages)
    else:
        raise CannotGoOnError(f"Qt needs system libraries to draw on this screen. Run once:\n  {sudo_line(packages)}")


def wanted_libraries(offscreen: bool) -> dict[str, str]:
    """The libraries for the way Qt will draw: off screen, on X11 or on Wayland alone."""
    if offscreen:
        return dict(QT_ALWAYS)
    wayland_only = bool(os.environ.get("WAYLAND_DISPLAY")) and not os.environ.get("DISPLAY")
    return {**QT_ALWAYS, **(QT_ON_WAYLAND if wayland_only else QT_ON_X11)}


def missing_libraries(table: dict[str, str]) -> dict[str, str]:
    """Those that the loader cannot open, with the Debian package of each."""
    missing = {}
    for library, package in table.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing[library] = package
    return missing


def sudo_line(packages: list[str]) -> str:
    """The one command that an administrator runs."""
    return "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(packages)


def install_as_root(packages: list[str], env: dict[str, str]) -> None:
    """apt-get update and install, quietly; says the line to run by hand when that fails."""
    say("installing system packages with apt-get: " + " ".join(packages))
    quiet_env = {**env, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "-qq", "update"], quiet_env)
    install = ["apt-get", "-y", "-qq", "--no-install-recommends", "install", *packages]
    if run([*install, "-o", "Dpkg::Use-Pty=0"], quiet_env, quiet=True):
        run(install, quiet_env)  # once more, aloud, so that the reason can be read
        if run(["dpkg", "-s", *packages], env, quiet=True):
            raise CannotGoOnError(f"apt-get could not install what is needed. By hand:\n  {sudo_line(packages)}")


def bring_private_libraries(env: dict[str, str], packages: list[str]) -> None:
    """Without root and without a screen: Debian's own packages, unpacked into .venv-libs, used by our children only."""
    unpacked = PRIVATE / "root"
    if not (PRIVATE / "complete").exists():
        say(f"fetching Qt's system libraries into {PRIVATE.name} (about 5 MB, no root needed)")
        shutil.rmtree(PRIVATE, ignore_errors=True)
        if not fetch_packages_privately(unpacked, env):
            raise CannotGoOnError(f"Qt's system libraries could not be fetched. Run once:\n  {sudo_line(packages)}")
    point_to_private_libraries(env, unpacked)
    probe = "import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]"
    if run([sys.executable, "-c", probe, *QT_ALWAYS], env, quiet=True):
        shutil.rmtree(PRIVATE, ignore_errors=True)
        raise CannotGoOnError(f"the fetched libraries do not fit this system. Run once:\n  {sudo_line(packages)}")
    (PRIVATE / "complete").touch()


def fetch_packages_privately(unpacked: pathlib.Path, env: dict[str, str]) -> bool:
    """`apt-get download` with lists and cache of our own, then `dpkg-deb -x`. False when the network or apt fails."""
    debs = PRIVATE / "debs"
    for folder in (PRIVATE / "lists/partial", PRIVATE / "cache/archives/partial", debs, unpacked):
        folder.mkdir(parents=True)
    places = [f"Dir::State::lists={PRIVATE}/lists", f"Dir::Cache={PRIVATE}/cache"]
    settings = [*places, "APT::Sandbox::User=", "Debug::NoLocking=1"]
    apt = ["apt-get", "-qq", *(word for setting in settings for word in ("-o", setting))]
    if run([*apt, "update"], env, quiet=True):
        return False
    for package in (*QT_ALWAYS.values(), *ALSO_PRIVATELY):
        # Debian 13 and Ubuntu 24.04 renamed some. A helper package that a release does not have: the probe will judge.
        if run([*apt, "download", package], env, quiet=True, cwd=debs):
            run([*apt, "download", package + "t64"], env, quiet=True, cwd=debs)
    for deb in sorted(debs.glob("*.deb")):
        if run(["dpkg-deb", "-x", str(deb), str(unpacked)], env):
            return False
    for leftover in ("lists", "cache", "debs"):
        shutil.rmtree(PRIVATE / leftover)
    return True


def point_to_private_libraries(env: dict[str, str], unpacked: pathlib.Path) -> None:
    """Tell the loader, and fontconfig where the machine has none of its own."""
    folders = sorted([*unpacked.glob("usr/lib/*-linux-gnu*"), *unpacked.glob("lib/*-linux-gnu*")])
    before = [env["LD_LIBRARY_PATH"]] if env.get("LD_LIBRARY_PATH") else []
    env["LD_LIBRARY_PATH"] = os.pathsep.join([*map(str, folders), *before])
    if not pathlib.Path("/etc/fonts/fonts.conf").exists():
        env.setdefault("FONTCONFIG_PATH", str(unpacked / "etc/fonts"))
        env.setdefault("XDG_DATA_DIRS", f"{unpacked}/usr/share:/usr/local/share:/usr/share")


# -- the virtual environment ----------------------------------------------------------------------------------------


def bring_virtual_environment(env: dict[str, str]) -> None:
    """A whole .venv that fits pyproject.toml: kept, brought up to date, or made anew."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    finished = STAMP.exists() and not UNFINISHED.exists()
    if finished and holds_the_program(env):
        if STAMP.read_text("utf-8") == wanted:
            return
        say("pyproject.toml has changed: bringing .venv up to date")
    elif STAMP.exists() or UNFINISHED.exists() or not can_install(env):
        make_empty_environment(env)  # begun and not finished, moved, damaged, or not there
    # else it was made by hand: it is kept, and gets what is missing
    began = time.monotonic()
    UNFINISHED.touch()  # until everything is in: a set-up broken off half way is found by this and begun again
    install_requirements(env)
    if not holds_the_program(env):
        raise CannotGoOnError(f"the environment {VENV} does not work; delete that folder and run this again.")
    compile_bytecode(env)
    STAMP.write_text(wanted, "utf-8")
    UNFINISHED.unlink()
    say(f"everything is set up ({time.monotonic() - began:.0f} s); the next start is instant")


def holds_the_program(env: dict[str, str]) -> bool:
    """True when .venv's Python runs, has the big libraries, and its crs_desktop is the one in this folder."""
    probe = (
        "import sys, os, crs_desktop, importlib.util as u; "
        "ours = os.path.samefile(os.path.dirname(os.path.dirname(crs_desktop.__file__)), sys.argv[1]); "
        "sys.exit(not (ours and all(map(u.find_spec, ('PySide6', 'shiboken6', 'sqlalchemy', 'pytest', 'mypy')))))"
    )
    return PYTHON.exists() and run([str(PYTHON), "-I", "-c", probe, str(ROOT)], env, quiet=True) == 0


def can_install(env: dict[str, str]) -> bool:
    """True when .venv's Python runs, and pip or uv can put packages into it."""
    return has_pip(env) or bool(PYTHON.exists() and shutil.which("uv") and run([str(PYTHON), "-c", ""], env) == 0)


def has_pip(env: dict[str, str]) -> bool:
    """True when .venv's Python runs and can install."""
    return PYTHON.exists() and run([str(PYTHON), "-I", "-m", "pip", "--version"], env, quiet=True) == 0


def make_empty_environment(env: dict[str, str]) -> None:
    """A fresh .venv in place of a missing, half-made, moved or broken one."""
    if VENV.exists():
        say(f"{VENV.name} is half-made, damaged or was moved: making it anew")
        shutil.rmtree(VENV)
    if shutil.which("uv") and run(["uv", "venv", "-q", "--python", sys.executable, str(VENV)], env, quiet=True) == 0:
        return
    bring_venv_module(env)
    say(f"making the virtual environment {VENV.name} with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    if run([sys.executable, "-m", "venv", str(VENV)], env):
        raise CannotGoOnError(f"Python could not make {VENV}: is the disk full, or the folder read-only?")


def bring_venv_module(env: dict[str, str]) -> None:
    """Debian keeps the venv module's other half, ensurepip, in a package of its own."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = "python3-venv" if sys.executable in ("/usr/bin/python3", "/usr/bin/python") else venv_package()
    if not shutil.which("apt-get"):
        raise CannotGoOnError("this Python has no 'ensurepip'; install the venv package of your system, or uv.")
    if not is_root():
        raise CannotGoOnError(f"this Python cannot make virtual environments yet. Run once:\n  {sudo_line([package])}")
    install_as_root([package], env)


def venv_package() -> str:
    """Debian's name for a Python beside the system's own."""
    return "python{}.{}-venv".format(*sys.version_info)


def install_requirements(env: dict[str, str]) -> None:
    """The program in place (editable) with its tests' needs: by uv when that works, else by pip."""
    say("installing the Python packages (about 150 MB the first time; a minute on a good line)")
    uv = ["uv", "pip", "install", "-q", "--compile-bytecode", "--python", str(PYTHON), "-e", ".[test]"]
    if shutil.which("uv") and run(uv, env, quiet=True) == 0:
        return
    if not has_pip(env):
        bring_venv_module(env)
        if run([str(PYTHON), "-m", "ensurepip", "-q"], env):
            raise CannotGoOnError("there is no pip in the virtual environment and none could be put in.")
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", ".[test]"]
    if run(pip, env):
        raise CannotGoOnError("pip could not install the packages (its reason is above). Run this again when it can.")


def compile_bytecode(env: dict[str, str]) -> None:
    """Our own modules; the installers compile the rest. A start without bytecode takes three times as long."""
    run([str(PYTHON), "-m", "compileall", "-q", "crs_desktop", "tests"], env, quiet=True)


# -- the law and the tests ------------------------------------------------------------------------------------------


def run_tests(arguments: list[str], env: dict[str, str]) -> int:
    """The law, then pytest, whose closing line is the last thing printed. 0 only when everything held."""
    broken = [name for name, command in law_steps() if not holds(name, command, env)]
    pytest = [str(PYTHON), "-m", "pytest", "--cov", "--cov-report=", *(arguments or side_by_side())]
    status = run(pytest, {**env, "CRS_BROKEN_LAW": ", ".join(broken)})
    return status or (1 if broken else 0)


def side_by_side() -> list[str]:
    """A whole run uses the cores there are, one file of tests at a time on each; further words run as pytest runs."""
    return ["-n", str(max(1, min(os.cpu_count() or 1, MOST_WORKERS))), "--dist", "loadfile"]


def law_steps() -> list[tuple[str, list[str]]]:
    """What is checked without running the program."""
    contracts = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"
    return [
        ("ruff", [str(PYTHON), "-m", "ruff", "check", "."]),
        ("mypy", [str(PYTHON), "-m", "mypy"]),
        ("import contracts", [str(PYTHON), "-c", contracts]),
    ]


def holds(name: str, command: list[str], env: dict[str, str]) -> bool:
    """Run one step of the law and say how it went."""
    say(f"the law: {name}")
    if run(command, env) == 0:
        return True
    say(f"the law is broken: {name} (above)")
    return False


def main(arguments: list[str]) -> int:
    """Set up, then hand over to the program or to the tests; returns their exit status."""
    try:
        need_a_new_enough_python()
        testing = arguments[:1] == ["test"]
        env = environment_for_children(testing)
        bring_system_libraries(env)
        bring_virtual_environment(env)
        if testing:
            return run_tests(arguments[1:], env)
        return run([str(PYTHON), "-m", "crs_desktop", *(arguments or ["demo"])], env)
    except CannotGoOnError as problem:
        say(str(problem))
        return ENVIRONMENT_FAILED
    except OSError as problem:
        say(f"the machine refused: {problem}")
        return ENVIRONMENT_FAILED
    except KeyboardInterrupt:
        say("stopped by the keyboard")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
