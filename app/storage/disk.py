"""Private files on disk: patients' pictures and voices, never served without a permission check."""

from pathlib import Path

from app.core.errors import NotFound
from app.core.ids import new_id


class Disk:
    """Files under one folder, named by ourselves."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, content: bytes, suffix: str) -> str:
        """Keep the bytes; the path to store. Written beside and renamed, so a crash leaves no half file.

        For nobody but the account that runs the program: file 0600, folders 0700.
        """
        name = new_id()
        path = self._root / name[-2:] / f"{name}{suffix}"
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_suffix(".part")
        fresh.touch(mode=0o600)
        fresh.write_bytes(content)
        fresh.replace(path)
        return str(path.relative_to(self._root))

    def load(self, path: str) -> bytes:
        """The bytes kept under a path that `save` gave. Raises NotFound."""
        full = (self._root / path).resolve()
        if not full.is_relative_to(self._root.resolve()) or not full.is_file():
            raise NotFound("这个文件不在了。", code="file_missing")
        return full.read_bytes()
