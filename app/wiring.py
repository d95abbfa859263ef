"""The composition root: settings in, the outside world out."""

from dataclasses import dataclass
from typing import Any

from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from app.core import clock, log, masks
from app.core.absence import Absence
from app.core.config import Settings
from app.core.db import Sessions
from app.core.engines import open_engine
from app.core.queue import Bells
from app.reactions import REACTIONS
from app.storage.disk import Disk
from app.wechat.client import WeChat
from app.wechat.http_client import connect_wechat


@dataclass(frozen=True)
class Outside:
    """Everything a door needs to leave the building; made once per process."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    readers: Sessions
    redis: Redis
    absence: Absence
    bells: Bells
    wechat: WeChat
    storage: Disk

    def close(self) -> None:
        """Let go of every connection; what is used afterwards opens new ones."""
        self.engine.dispose()
        self.readers.kw["bind"].dispose()
        self.redis.close()
        self.wechat.close()


def connect(settings: Settings) -> Outside:
    """Open (lazily) what the settings name; nothing is contacted before it is used."""
    log.configure(settings.log_level)
    clock.configure(settings.zone, settings.demo_clock_file)
    masks.configure(masks.FieldKeys(settings.field_keys))
    redis = Redis.from_url(
        settings.redis_url, socket_timeout=5, socket_connect_timeout=2, health_check_interval=30
    )
    absence = Absence()
    bells = Bells(redis, absence)
    info: dict[str, Any] = {"reactions": REACTIONS, "bells": bells}
    engine = open_engine(settings.database_url)
    readers = open_engine(settings.database_url, read_only=True)
    return Outside(
        settings=settings,
        engine=engine,
        sessions=sessionmaker(engine, expire_on_commit=False, info=info),
        readers=sessionmaker(readers, expire_on_commit=False, info=info),
        redis=redis,
        absence=absence,
        bells=bells,
        wechat=connect_wechat(settings, redis),
        storage=Disk(settings.storage_dir),
    )
