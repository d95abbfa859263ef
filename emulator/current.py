"""The platform of the running app, for doors."""

from flask import current_app

from emulator.platform import Platform


def platform() -> Platform:
    return current_app.extensions["platform"]
