"""File systems that other machines or programs stand behind are known by the table of mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.search.storage.study_files import network_type

TABLE = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
drive /content/drive fuse.drive rw 0 0
server:/home /home nfs4 rw 0 0
tmpfs /home/me/scratch tmpfs rw 0 0
//box/my\\040share /mnt/my\\040share cifs rw 0 0
old /twice nfs rw 0 0
/dev/sdb /twice ext4 rw 0 0
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mounts"
    path.write_text(TABLE)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        pytest.param("/srv/model.study", None, id="a disk"),
        pytest.param("/content/drive/MyDrive/new/model.study", "fuse.drive", id="Colab's Drive"),
        pytest.param("/content/drive", "fuse.drive", id="the mount itself"),
        pytest.param("/content/drives", None, id="a name that begins alike"),
        pytest.param("/home/me/model.study", "nfs4", id="a network"),
        pytest.param("/home/me/scratch/model.study", None, id="memory below a network"),
        pytest.param("/mnt/my share/x", "cifs", id="a place with a space"),
        pytest.param("/twice/x", None, id="the later of two at one place counts"),
    ],
)
def test_the_deepest_mount_counts(mounts: Path, folder: str, kind: str | None) -> None:
    assert network_type(Path(folder), mounts) == kind


def test_a_system_without_a_table_says_nothing(tmp_path: Path) -> None:
    assert network_type(Path("/home"), tmp_path / "none") is None


def test_this_system_can_be_asked(tmp_path: Path) -> None:
    assert network_type(tmp_path) in (None, network_type(Path("/")))
