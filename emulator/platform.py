"""The platform as one object: config, state, time, and the pusher, behind one lock."""

import threading
from dataclasses import dataclass
from pathlib import Path

from emulator.config import Config
from emulator.push.pusher import Pusher
from emulator.state.chats import Chats
from emulator.state.clock import Clock
from emulator.state.codes import Codes
from emulator.state.credits import Credits
from emulator.state.faults import Faults
from emulator.state.journal import Journal
from emulator.state.mass import MassSends
from emulator.state.media import Media
from emulator.state.people import People
from emulator.state.qrcodes import QrCodes
from emulator.state.quotas import Quotas
from emulator.state.store import Store
from emulator.state.tags import Tags
from emulator.state.tokens import Tokens
from emulator.state.windows import Windows


@dataclass(frozen=True)
class Options:
    """How this process runs; milliseconds are real time, never the moved clock's."""

    host: str = "127.0.0.1"
    port: int = 8100
    config_path: Path | None = None
    state_path: Path | None = None
    latency_ms: int = 0
    finish_delay_ms: int = 150
    retry_gap_ms: int = 300


class Platform:
    """Whoever reads or changes any part of it holds `lock`; nobody holds it while waiting."""

    def __init__(self, config: Config, options: Options) -> None:
        self.options = options
        self.lock = threading.RLock()
        self.base_url = ""
        """Where this process answers, e.g. http://127.0.0.1:8100; known once the port is bound."""
        self.store = Store(options.state_path)
        self.clock = Clock(self.store)
        self.journal = Journal()
        self.windows = Windows(self.store, self.clock)
        self.credits = Credits(self.store)
        self.codes = Codes(self.store, self.clock)
        self.chats = Chats(self.store, self.clock)
        self.faults = Faults(self.store)
        self.quotas = Quotas(self.store, self.clock)
        self.tags = Tags(self.store)
        self.mass = MassSends(self.store, self.clock)
        self.media = Media(self.store, self.clock)
        self.qrcodes = QrCodes(self.store, self.clock)
        self.use(config)
        self.pusher = Pusher(self, options.retry_gap_ms / 1000)

    def use(self, config: Config) -> None:
        """Take a new config; what the state remembers about people and tokens stays."""
        self.config = config
        self.people = People(config, self.store, self.clock)
        self.tokens = Tokens(config, self.store, self.clock)

    def reset(self) -> None:
        """Forget everything that happened: followers, chats, tokens, faults, the clock's offset."""
        self.pusher.forget()
        self.media.forget_all()
        self.store.clear()
        self.journal.clear()

    def save(self) -> None:
        """Write the state to disk when it changed."""
        with self.lock:
            snapshot = self.store.take_snapshot()
        if snapshot is not None:
            self.store.write(snapshot)
