"""What is installed, held against the lock.

Owns the reading of requirements.lock; installs and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A package that is installed in another version than the lock names, or not at all."""

    package: str
    locked: str
    installed: str | None

    def __str__(self) -> str:
        """Return package and both versions."""
        return f"{self.package}: locked {self.locked}, {f'installed {self.installed}' if self.installed else 'missing'}"


def read_lock(text: str) -> dict[str, str]:
    r"""Return the versions that a lock names for this system and this Python.

    Examples
    --------
    >>> read_lock("babel==2.18.0 \\\n    --hash=sha256:00\nold==1 ; python_version < '3'\n# via x\n")
    {'babel': '2.18.0'}
    """
    locked = {}
    for line in text.splitlines():
        if not line[:1].isalnum():
            continue
        try:
            requirement = Requirement(line.removesuffix("\\").strip())
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate():
            locked[requirement.name] = str(requirement.specifier).removeprefix("==")
    return locked


def find_drifts(locked: dict[str, str]) -> list[Drift]:
    """Return where what is installed is not what the lock names; further packages change nothing and do not count."""
    found = ((package, version, _installed(package)) for package, version in locked.items())
    return [
        Drift(package=package, locked=version, installed=installed)
        for package, version, installed in found
        if installed != version
    ]


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
