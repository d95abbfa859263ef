"""WeChat's voices are AMR, which no browser plays: made into MP3 when they arrive.

Source: docs/sources.md#wechat-voices
"""

from io import BytesIO

import av
import structlog
from av.error import FFmpegError

log = structlog.get_logger(__name__)

AMR = ".amr"
MP3 = ".mp3"
LARGEST = 2 * 1024 * 1024
"""Bytes. WeChat's voices are at most 60 seconds and 2 MB: what is larger is none and not looked into."""
HERTZ, BITS_PER_SECOND = 16_000, 32_000
"""Enough for speech: AMR carries 3.4 kHz, its wide band 7 kHz."""


def playable(content: bytes, suffix: str) -> tuple[bytes, str]:
    """The voice as MP3 with its suffix; anything else, and an AMR that cannot be read whole, as it came."""
    if suffix != AMR or len(content) > LARGEST:
        return content, suffix
    try:
        return _mp3(content), MP3
    except (FFmpegError, ValueError) as error:
        # PyAV tells of some files by a bare ValueError.
        # Nothing of the voice goes into the log; the nurse is told on the page to open the file elsewhere.
        log.warning("callback.voice_kept_as_it_came", error=type(error).__name__, size=len(content))
        return content, suffix


def _mp3(amr: bytes) -> bytes:
    """Raises FFmpegError for bytes that are no AMR, are cut short or hold no sound."""
    made = BytesIO()
    # The reader is named, so that nobody's bytes choose another of ffmpeg's many.
    with av.open(BytesIO(amr), "r", format="amr") as came, av.open(made, "w", format="mp3") as goes:
        voice = goes.add_stream("libmp3lame", rate=HERTZ, layout="mono", bit_rate=BITS_PER_SECOND)
        into = av.AudioResampler(format=voice.format, layout="mono", rate=HERTZ)
        heard = 0
        for frame in came.decode(audio=0):
            heard += frame.samples
            for part in into.resample(frame):
                goes.mux(voice.encode(part))
        if not heard:
            raise av.error.EOFError(0, "no sound")
        for part in into.resample(None):
            goes.mux(voice.encode(part))
        goes.mux(voice.encode(None))
    return made.getvalue()
