"""A voice from WeChat can be heard in a browser; one that cannot be read is kept as it came."""

from io import BytesIO

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.voices import LARGEST, playable

FRAME = b"\x3c" + bytes(31)
"""One AMR frame of 20 ms at 12.2 kbit/s. Source: RFC 4867, section 5.3."""
SECOND = b"#!AMR\n" + FRAME * 50


def test_an_amr_becomes_an_mp3_of_the_same_length() -> None:
    made, suffix = playable(SECOND, ".amr")
    assert suffix == ".mp3"
    with av.open(BytesIO(made), "r") as heard:
        samples = sum(frame.samples for frame in heard.decode(audio=0))
        assert heard.streams.audio[0].codec_context.name.startswith("mp3")
    assert samples / 16_000 == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize(
    "content",
    [b"", b"#!AMR\n", b"no voice at all", SECOND[:-7], b"#!AMR\n" + b"\xff" * 200, SECOND * 2000],
    ids=["empty", "no-sound", "something-else", "cut-short", "noise", "too-large"],
)
def test_what_cannot_be_read_is_kept_as_it_came(content: bytes) -> None:
    assert playable(content, ".amr") == (content, ".amr")


def test_what_browsers_play_already_is_left_alone() -> None:
    assert len(SECOND * 2000) > LARGEST
    assert playable(b"an mp3", ".mp3") == (b"an mp3", ".mp3")
    assert playable(b"a picture", ".jpg") == (b"a picture", ".jpg")


@given(st.sampled_from([b"", b"#!AMR\n", b"#!AMR-WB\n", b"#!AMR_MC1.0\n"]), st.binary(max_size=400))
def test_no_file_whatever_it_holds_stops_its_arrival(head: bytes, rest: bytes) -> None:
    content, suffix = playable(head + rest, ".amr")
    assert suffix == ".mp3" or content == head + rest
