"""Every endpoint family, imported so that it declares itself, and the door that serves them."""

from importlib import import_module

from emulator.api.door import api

__all__ = ["api"]

for family in (
    "custom",
    "drafts",
    "login",
    "mass",
    "media",
    "menu",
    "oauth",
    "qrcode",
    "quota",
    "subscribe",
    "tags",
    "template",
    "tokens",
    "users",
):
    import_module(f"emulator.api.{family}")
