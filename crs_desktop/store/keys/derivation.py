"""From a secret that a person knows to a key: slow and hungry on purpose, so that guessing with a stolen file costs.

What a guess costs is a constant of this file. No argument, setting or variable of the environment makes it cheaper;
tests replace the constants (tests/store/keys/cheap.py), and a test holds what they are in the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no

SALT_BYTES = 16
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens a slot, spelled one way only: made by `passwords.secret_of` or from a `codes.Code`."""

    spelled: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one Argon2id guess costs: memory, how often it is gone through, and by how many lanes at once."""

    memory_kib: int
    passes: int
    lanes: int

    @property
    def work(self) -> int:
        """Memory times passes: in step with the time of a guess, whatever the lanes."""
        return self.memory_kib * self.passes

    @classmethod
    def usual(cls) -> Cost:
        """What new slots cost."""
        return USUAL

    @property
    def bearable(self) -> bool:
        """Not so cheap that guessing is easy, not so dear that opening would hang or eat this machine's memory."""
        enough = self.memory_kib >= LEAST.memory_kib and self.work >= LEAST.work
        small = self.memory_kib <= MOST.memory_kib and self.work <= MOST_WORK
        return enough and small and 1 <= self.passes <= MOST.passes and 1 <= self.lanes <= MOST.lanes

    @property
    def out_of_date(self) -> bool:
        """Cheaper than what new slots cost."""
        return self.memory_kib < USUAL.memory_kib or self.work < USUAL.work


# About 0.4 s on two cores of an ordinary desk; one with double the speed still takes more than 0.2 s a guess, and each
# guess needs its 256 MiB, which is what makes graphics cards a poor tool for it.
USUAL = Cost(262_144, 3, 2)
# An older slot may be this cheap until its next opening; whatever is cheaper was not made by this program.
LEAST = Cost(65_536, 4, 1)
# 1 GiB gone through four times: some three seconds.
MOST_WORK, MOST = 4 * 1_048_576, Cost(1_048_576, 16, 16)


def derive(secret: Secret, salt: bytes, cost: Cost) -> bytes:
    """The key that this secret gives with this salt. Raises EnvironmentFailure when there is no memory for it."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        argon = Argon2id(
            salt=salt, length=_KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
        )
        return argon.derive(secret.spelled)
    except MemoryError as error:
        needed = f"{cost.memory_kib // 1024:,} MiB"
        raise EnvironmentFailure(no("keys_no_memory", "memory", needed)) from error
