"""QR codes as PNG, drawn without an imaging library."""

import struct
import zlib

import qrcode

_QUIET_MODULES = 4


def qr_png(text: str, scale: int = 8) -> bytes:
    """A black-on-white PNG; `scale` is pixels per module."""
    code = qrcode.QRCode(border=_QUIET_MODULES, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = [
        b"\x00" + b"".join((b"\x00" if dark else b"\xff") * scale for dark in row)
        for row in code.get_matrix()
    ]
    pixels = b"".join(row * scale for row in rows)
    side = len(rows) * scale
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(pixels)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
