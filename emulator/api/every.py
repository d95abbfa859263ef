"""Every endpoint family, imported so that it declares itself, and the door that serves them."""

from emulator.api import (
    custom,
    drafts,
    login,
    mass,
    media,
    menu,
    oauth,
    qrcode,
    quota,
    subscribe,
    tags,
    template,
    tokens,
    users,
)
from emulator.api.door import api

FAMILIES = (
    custom,
    drafts,
    login,
    mass,
    media,
    menu,
    oauth,
    qrcode,
    quota,
    subscribe,
    tags,
    template,
    tokens,
    users,
)
__all__ = ["FAMILIES", "api"]
