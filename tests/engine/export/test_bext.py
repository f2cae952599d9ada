"""The ``bext`` chunk: every field at its place, and back again."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from engine.export.bext import SIZE, UNSET, BroadcastInfo, LoudnessFields, pack_bext, unpack_bext

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=32)
LEVEL = st.none() | st.integers(-9000, 2000).map(lambda hundredths: hundredths / 100)


def test_what_was_not_measured_is_7fff() -> None:
    body = pack_bext(BroadcastInfo(loudness=LoudnessFields(integrated=float("-inf"), range=None)))
    assert len(body) == 602
    assert struct.unpack_from("<5h", body, 412) == (UNSET,) * 5
    assert struct.unpack_from("<H", body, 346) == (2,)


@given(TEXT, TEXT, st.integers(0, (1 << 64) - 1), LEVEL, LEVEL)
def test_what_is_packed_is_unpacked(
    text: str, history: str, place: int, integrated: float | None, peak: float | None
) -> None:
    loudness = LoudnessFields(integrated=integrated, true_peak=peak)
    info = BroadcastInfo(description=text, time_reference=place, loudness=loudness, coding_history=history)
    assert unpack_bext(pack_bext(info)) == (info, 2)


def test_texts_are_ascii_and_cut_to_their_fields() -> None:
    body = pack_bext(BroadcastInfo(description="ä" * 300, originator="x" * 40))
    info, _ = unpack_bext(body)
    assert len(body) == SIZE
    assert (info.description, info.originator) == ("?" * 256, "x" * 32)


def test_version_1_has_no_loudness() -> None:
    body = bytearray(pack_bext(BroadcastInfo(loudness=LoudnessFields(integrated=-23.0))))
    struct.pack_into("<H", body, 346, 1)
    assert unpack_bext(bytes(body)) == (BroadcastInfo(), 1)
