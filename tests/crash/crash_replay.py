"""Power-loss replay: trace the real program once, cut the power at many moments in many ways, judge what is left.

    python3 -m tests.crash.crash_replay FOLDER --kind encrypted --images 400 --doses 90 --seed 11

Kinds: encrypted (the product), plain (without its key), normal, off, nojournal (weaker, to see that the tool can see).
Prints one JSON object. Linux with strace only.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.disk import MODES, Disk, Op
from tests.crash.hooks import make_judge_of
from tests.crash.judge import Truth, judge, truth_of
from tests.crash.recorder import STORE
from tests.crash.trace import trace


@dataclass
class Tally:
    """What all images together have shown."""

    images: int = 0
    acknowledged: int = 0  # the sum over all images
    lost: int = 0  # images that lost an acknowledged dose
    worst: int = 0  # most acknowledged doses lost in one image
    half: int = 0
    corrupt: int = 0
    bad: list[str] = field(default_factory=list)  # the first few, to be looked at


def replay(ops: list[Op], truth: Truth, images: int, seed: int, folder: Path) -> Tally:
    """Judge that many images, each cut at a random op."""
    tally = Tally()
    for number in range(images):
        chance = random.Random(f"{seed} {number}")
        cut, mode = chance.randint(1, len(ops)), chance.choice(MODES)
        disk = Disk()
        for op in ops[:cut]:
            disk.take(op)
        image = folder / f"image-{number}"
        lay_down(disk.after_power_cut(mode, chance), image)
        verdict = judge(image, disk.acknowledged, truth)
        shutil.rmtree(image)
        tally.images += 1
        tally.acknowledged += max(0, disk.acknowledged)
        tally.lost += bool(verdict.lost)
        tally.worst = max(tally.worst, len(verdict.lost))
        tally.half += bool(verdict.half)
        tally.corrupt += bool(verdict.corrupt)
        wrong = [*verdict.corrupt, *verdict.half, *verdict.lost]
        if wrong and len(tally.bad) < 5:
            tally.bad.append(f"image {number}, {mode} at {cut}, {disk.acknowledged} acknowledged: {wrong[:3]}")
    return tally


def lay_down(files: dict[str, bytes], folder: Path) -> None:
    """The files of an image."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def main(arguments: argparse.Namespace) -> dict[str, Any]:
    """Trace, replay, tell."""
    made = (arguments.folder / "traced").resolve()
    made.mkdir()
    ops = trace(made, "tests.crash.recorder", arguments.kind, str(arguments.doses))
    make_judge_of(arguments.kind)
    truth = truth_of(made / STORE)
    acknowledged = max(op.at for op in ops if op.kind == "ack")
    assert acknowledged == arguments.doses == sum(key.startswith("d-") for key in truth)
    plain = (made / STORE).read_bytes().startswith(b"SQLite format 3")
    tally = replay(ops, truth, arguments.images, arguments.seed, arguments.folder)
    kinds = Counter(op.kind for op in ops)
    return {"kind": arguments.kind, "seed": arguments.seed, "plain_header": plain, "ops": dict(kinds), **vars(tally)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", default="encrypted")
    parser.add_argument("--images", type=int, default=400)
    parser.add_argument("--doses", type=int, default=90)
    parser.add_argument("--seed", type=int, default=11)
    print(json.dumps(main(parser.parse_args())))
