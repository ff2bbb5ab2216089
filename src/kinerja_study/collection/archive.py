"""Zip archives by strangers, as .xlsx and .docx are, read member by member within limits; none is unpacked to disk.

Owns what an archive and its members may look like; interprets no content.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kinerja_study.errors import ExchangeError

MIB = 2**20
LARGEST_DIRECTORY = 4 * MIB
"""Bytes of the list of members, some 40,000 of them: the list alone can fill the memory."""

LARGEST_RATIO = 200
"""How many times its packed size a member may unpack to, once it is beyond :data:`MIB`; text packs 3 to 30 times."""

_END, _END64 = b"PK\x05\x06", b"PK\x06\x07"
# What zipfile raises on a damaged file; also OSError, where a place in the file is none.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, OverflowError, RuntimeError, OSError)
_AGAIN = "Save or export it again in the program it is from, and copy the file without changing it."


class Archive:
    """A zip archive whose list of members is sound; a member is read by name.

    Members that are never read, as recordings, may have any size.

    Parameters
    ----------
    source : Path or bytes
        The file, or what it holds.
    file : str, optional
        Its name, for messages; by default that of the path.

    Raises
    ------
    ExchangeError
        The file is no archive, or a name in it leads outside, is a link, or is there twice.
    """

    def __init__(self, source: Path | bytes, file: str = "") -> None:
        self.file = file if isinstance(source, bytes) else source.name
        self._stream = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
        try:
            _check_directory(self._stream, self.file)
            self._zip = zipfile.ZipFile(self._stream)
            self._members = self._sound_members()
        except BaseException as error:
            self._stream.close()
            if isinstance(error, _DAMAGED):
                raise ExchangeError(self.file, f"damaged or cut off: {error}", _AGAIN) from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()
        self._stream.close()

    @property
    def names(self) -> list[str]:
        """Names of the members, as they stand in the archive."""
        return [member.filename for member in self._members.values()]

    def find(self, name: str) -> str | None:
        """Return the member of this name, whatever its case, or None."""
        member = self._members.get(name.casefold())
        return member.filename if member else None

    def unpacked(self, ending: str = "") -> int:
        """Return the bytes that the members of this ending say they unpack to; none is read any further."""
        return sum(info.file_size for name, info in self._members.items() if name.endswith(ending))

    def open(self, name: str, limit: int) -> Member:
        """Return a member to be read in pieces.

        Parameters
        ----------
        name : str
            One of :attr:`names`.
        limit : int
            Bytes that it may unpack to.

        Raises
        ------
        ExchangeError
            It is encrypted, packed by an unknown method, or declared larger than the limit; while reading also: it
            is damaged, or grows beyond limit or ratio.
        """
        info = self._members[name.casefold()]
        if info.flag_bits & 1:
            cure = "Export it without a password."
            raise ExchangeError(self.file, f"{name!r} in it is encrypted", cure)
        if info.file_size > limit:
            raise _too_large(self.file, name, limit)
        try:
            return Member(self.file, self._zip.open(info), info, limit)
        except _DAMAGED as error:
            raise ExchangeError(self.file, f"{name!r} in it cannot be read: {error}", _AGAIN) from error

    def read(self, name: str, limit: int) -> bytes:
        """Return a whole member; raises as :meth:`open`."""
        with self.open(name, limit) as member:
            pieces = []
            while piece := member.read(MIB):
                pieces.append(piece)
            return b"".join(pieces)

    def _sound_members(self) -> dict[str, zipfile.ZipInfo]:
        members: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            # zipfile cuts a name at a NUL; the name as stored is the one to judge.
            name = info.orig_filename
            parts = name.replace("\\", "/").split("/")
            problem = None
            if ".." in parts or not parts[0] or parts[0][1:2] == ":" or "\0" in name:
                problem = f"the name {name!r} in it leads outside the archive"
            elif stat.S_ISLNK(info.external_attr >> 16):
                problem = f"{name!r} in it is a link"
            elif info.filename.casefold() in members:
                problem = f"{name!r} is in it twice"
            if problem:
                cure = "No program writes that: do not trust the file. " + _AGAIN
                raise ExchangeError(self.file, problem, cure)
            if not info.is_dir():
                members[info.filename.casefold()] = info
        return members


class Member:
    """A member being read: it stops at its limit, and says whose fault it is when it is damaged."""

    def __init__(self, file: str, stream: IO[bytes], info: zipfile.ZipInfo, limit: int) -> None:
        self._file, self._stream, self._info, self._limit = file, stream, info, limit
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()

    def read(self, size: int) -> bytes:
        """Return at most so many further bytes, none at the end."""
        name = self._info.filename
        try:
            piece = self._stream.read(size)
        except _DAMAGED as error:
            raise ExchangeError(self._file, f"{name!r} in it is damaged or cut off: {error}", _AGAIN) from error
        self._read += len(piece)
        if self._read > self._limit:
            raise _too_large(self._file, name, self._limit)
        if self._read > max(MIB, LARGEST_RATIO * self._info.compress_size):
            cure = "No text packs so well: do not trust the file."
            raise ExchangeError(self._file, f"{name!r} in it unpacks to over {LARGEST_RATIO} times its size", cure)
        return piece


def _too_large(file: str, name: str, limit: int) -> ExchangeError:
    cure = "Split it in the program it is from, and bring it in in parts."
    return ExchangeError(file, f"{name!r} in it is larger than {limit // MIB} MiB", cure)


def _check_directory(stream: IO[bytes], file: str) -> None:
    # zipfile reads the whole list of members before anyone can look at it.
    stream.seek(max(0, stream.seek(0, 2) - 2**16 - 22 - 20))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise ExchangeError(file, "no zip archive, or one that is cut off", _AGAIN)
    size = struct.unpack_from("<L", tail, at + 12)[0]
    if size > LARGEST_DIRECTORY or tail[max(0, at - 20) : at].startswith(_END64):
        raise ExchangeError(file, "an archive with too many members", _AGAIN)
