"""Whether it is we who have no network."""

from __future__ import annotations

from dataclasses import dataclass

_N_SILENT_HOSTS = 3


@dataclass(frozen=True, slots=True)
class Connectivity:
    """The hosts that gave no answer since any last did.

    Where several in a row are silent, it is most likely our own network: a week without it must not leave all
    feeds for dead.
    """

    silent: frozenset[str] = frozenset()

    @property
    def is_offline(self) -> bool:
        """Whether nobody answers."""
        return len(self.silent) >= _N_SILENT_HOSTS

    def after(self, host: str, *, answered: bool) -> Connectivity:
        """Return what is known after asking one more host."""
        if not host:
            return self
        return Connectivity() if answered else Connectivity(self.silent | {host})
