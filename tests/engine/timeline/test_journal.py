"""The journal: whole lines count, torn ones do not, and it belongs to one saved document."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from engine.timeline import edits
from engine.timeline.document import Project
from engine.timeline.journal import Entry, Journal, read_journal


def entries(project: Project, count: int) -> list[Entry]:
    return [Entry(kind="do", change=edits.add_marker(project, at, f"n\n{at}")) for at in range(count)]


@pytest.fixture
def written(project: Project, tmp_path: Path) -> tuple[Path, list[Entry]]:
    """A journal of three edits on "one"."""
    made = entries(project, 3)
    journal = Journal(tmp_path / "p.journal", "one")
    for entry in made:
        journal.append(entry)
    journal.close()
    return journal.path, made


def test_edits_are_read_back(written: tuple[Path, list[Entry]]) -> None:
    path, made = written
    found = read_journal(path, "one")
    assert found.entries == tuple(made)
    assert (found.size, found.torn, found.stale) == (path.stat().st_size, False, False)


def test_nothing_is_written_before_the_first_edit(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "p.journal", "one")
    journal.saving("two")
    assert not journal.path.exists()
    assert read_journal(journal.path, "one").entries == ()


def test_cut_at_any_byte_it_keeps_the_whole_edits(written: tuple[Path, list[Entry]]) -> None:
    path, made = written
    data = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(data) if byte == ord("\n")]
    for size in range(len(data)):
        path.write_bytes(data[:size])
        found = read_journal(path, "one")
        whole = sum(end <= size for end in ends)
        assert found.entries == tuple(made[: max(0, whole - 1)])  # the first line says what it follows
        assert found.torn == (size not in {0, *ends})
        assert found.size == max([0, *(end for end in ends if end <= size)])


def test_damage_ends_it(written: tuple[Path, list[Entry]]) -> None:
    path, made = written
    data = bytearray(path.read_bytes())
    data[data.index(b"\n", data.index(b"\n") + 1) + 40] ^= 1
    path.write_bytes(data)
    found = read_journal(path, "one")
    assert found.entries == tuple(made[:1])
    assert found.torn


def test_writing_goes_on_over_a_torn_end(written: tuple[Path, list[Entry]], project: Project) -> None:
    path, made = written
    path.write_bytes(path.read_bytes()[:-7])
    found = read_journal(path, "one")
    journal = Journal(path, "one", found.size)
    journal.append(made[0])
    journal.close()
    again = read_journal(path, "one")
    assert again.entries == (made[0], made[1], made[0])
    assert not again.torn


def test_it_is_stale_for_another_document(written: tuple[Path, list[Entry]]) -> None:
    found = read_journal(written[0], "two")
    assert found.stale
    assert found.entries == ()


def test_a_save_that_came_to_its_end_leaves_only_later_edits(
    written: tuple[Path, list[Entry]], project: Project
) -> None:
    path, made = written
    journal = Journal(path, "one", path.stat().st_size)
    journal.saving("two")
    journal.append(made[2])
    journal.close()
    assert read_journal(path, "two").entries == (made[2],)
    assert read_journal(path, "one").entries == (*made, made[2])  # the save did not come to its end


def test_an_edit_as_another_version_writes_it_makes_it_stale(written: tuple[Path, list[Entry]]) -> None:
    path, _ = written
    text = b'do {"text":"Fly","how":"high"}'
    path.write_bytes(path.read_bytes() + b"%08x %s\n" % (zlib.crc32(text), text))
    assert read_journal(path, "one").stale


def test_restart_takes_it_away(written: tuple[Path, list[Entry]]) -> None:
    path, made = written
    journal = Journal(path, "one", path.stat().st_size)
    journal.restart("two")
    assert not path.exists()
    journal.append(made[0])
    journal.close()
    assert read_journal(path, "two").entries == (made[0],)
