"""Settings: read once from the environment, checked once, named when wrong. See .env.example."""

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.core.addresses import host_of, is_database, is_redis, is_site, is_web_address

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_PHONE = re.compile(r"\+?[0-9](?:[- ]?[0-9]){4,14}")
"""Digits as they are dialled, with - or a space between: 025-8888 0000, 12320, +86 25 88880000."""


class SettingsError(Exception):
    """Names every setting that is missing or malformed, each with how to mend it."""


@dataclass(frozen=True)
class WeChatApp:
    """One WeChat account: the service account (OA) or the mini-program (MP)."""

    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Everything the program is told from outside. What is secret is not shown when it is printed."""

    environment: str
    """production, demo or test."""
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    field_keys: Mapping[str, bytes] = field(repr=False)
    """{key id: 32 bytes}, the encrypting one first."""
    public_url: str
    """Where patients and staff reach this program, without a slash at the end."""
    wechat_api_base_url: str
    wechat_open_base_url: str
    oa: WeChatApp
    mp: WeChatApp
    zone: ZoneInfo
    hospital_name: str
    hospital_phone: str
    """What patients dial in working hours, as it is shown; empty where none was set."""
    storage_dir: Path
    demo_clock_file: Path | None
    log_level: str
    frame_ancestors: str
    """Who may show our pages in a frame: nobody, but the emulator's phone in the demo."""
    trusted_proxies: int
    """How many reverse proxies in front set X-Forwarded-For; 0 without one."""

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


SETTINGS: dict[str, str] = {
    "SUIHU_ENV": "production (default), demo or test",
    "DATABASE_URL": (
        "mysql+pymysql://user:password@host:3306/suihu?charset=utf8mb4 or mariadb+pymysql://…,"
        " signs such as @ # / in the password percent-encoded; sqlite:///path in demo and test only"
    ),
    "REDIS_URL": "redis://host:6379/0, rediss://… or unix:///path/of/redis.sock",
    "SECRET_KEY": "at least 32 random characters; signs sessions and links",
    "FIELD_KEYS": "id:base64 of 32 random bytes, the encrypting key first, older keys after a comma",
    "PUBLIC_URL": "https://suihu.hospital.cn, without path; http only in demo and test",
    "WECHAT_API_BASE_URL": "https://api.weixin.qq.com; in demo and test the emulator's http address",
    "WECHAT_OPEN_BASE_URL": "https://open.weixin.qq.com; in demo and test the emulator's http address",
    "WECHAT_OA_APP_ID": "service account: AppID",
    "WECHAT_OA_APP_SECRET": "service account: AppSecret",
    "WECHAT_OA_TOKEN": "service account: Token of the message push",
    "WECHAT_OA_AES_KEY": "service account: EncodingAESKey, 43 characters",
    "WECHAT_MP_APP_ID": "mini-program: AppID",
    "WECHAT_MP_APP_SECRET": "mini-program: AppSecret",
    "WECHAT_MP_TOKEN": "mini-program: Token of the message push",
    "WECHAT_MP_AES_KEY": "mini-program: EncodingAESKey, 43 characters",
    "HOSPITAL_TIMEZONE": "a name such as Asia/Shanghai (default) or Asia/Urumqi",
    "HOSPITAL_NAME": "the name patients see",
    "HOSPITAL_PHONE": "the telephone patients may call, such as 025-88880000; default none",
    "STORAGE_DIR": "a folder for private files; default var/storage",
    "DEMO_CLOCK_FILE": "demo and test only: the file that moves the hospital's time",
    "LOG_LEVEL": "INFO (default)",
    "FRAME_ANCESTORS": "demo and test only: who may frame our pages; default nobody",
    "TRUSTED_PROXIES": "number of reverse proxies in front; default 0",
}
"""Every setting and what it should hold; a policy test holds .env.example against this."""


def from_env(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check all settings; raises SettingsError naming every one that is wrong."""
    reader = _Reader(os.environ if environ is None else environ)
    settings = _read(reader)
    if reader.problems:
        raise SettingsError("Settings to mend:\n" + "\n".join(f"  {line}" for line in reader.problems))
    return settings


class _Reader:
    """Reads one setting at a time and remembers what is wrong, so that all of it is told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def wrong(self, name: str, why: str) -> None:
        # The value itself stays out of the message: it may be a password.
        self.problems.append(f"{name}: {why}. Expected: {SETTINGS[name]}.")

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environ.get(name, "").strip()
        if value:
            return value
        if default is None:
            self.wrong(name, "is missing")
            return ""
        return default

    def checked(self, name: str, ok: Callable[[str], bool], why: str, default: str | None = None) -> str:
        value = self.text(name, default)
        if value and not ok(value):
            self.wrong(name, why)
        return value

    def url(self, name: str, default: str | None = None) -> str:
        return self.checked(name, is_web_address, "is no web address", default).rstrip("/")

    def number(self, name: str, default: str) -> int:
        value = self.checked(name, _is_number, "is no number", default)
        return int(value) if _is_number(value) else 0


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 4


def _read(reader: _Reader) -> Settings:
    environment = reader.checked(
        "SUIHU_ENV", {"production", "demo", "test"}.__contains__, "is unknown", "production"
    )
    api = reader.url("WECHAT_API_BASE_URL", "https://api.weixin.qq.com")
    return Settings(
        environment=environment,
        database_url=_database(reader, environment),
        redis_url=reader.checked("REDIS_URL", is_redis, "is no Redis address with a host"),
        secret_key=reader.checked("SECRET_KEY", lambda key: len(key) >= 32, "is shorter than 32 characters"),
        field_keys=_field_keys(reader),
        public_url=_public_url(reader, environment),
        wechat_api_base_url=_guarded(reader, "WECHAT_API_BASE_URL", environment, api),
        wechat_open_base_url=_guarded(
            reader,
            "WECHAT_OPEN_BASE_URL",
            environment,
            reader.url(
                "WECHAT_OPEN_BASE_URL", "https://open.weixin.qq.com" if "weixin.qq.com" in api else api
            ),
        ),
        oa=_wechat_app(reader, "OA"),
        mp=_wechat_app(reader, "MP"),
        zone=_zone(reader),
        hospital_name=reader.text("HOSPITAL_NAME", "随护示范医院"),
        hospital_phone=_phone(reader),
        storage_dir=Path(reader.text("STORAGE_DIR", "var/storage")),
        demo_clock_file=_demo_clock(reader, environment),
        log_level=reader.checked(
            "LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}.__contains__, "is unknown", "INFO"
        ),
        frame_ancestors=_frame_ancestors(reader, environment),
        trusted_proxies=reader.number("TRUSTED_PROXIES", "0"),
    )


def _phone(reader: _Reader) -> str:
    return reader.checked(
        "HOSPITAL_PHONE", lambda given: _PHONE.fullmatch(given) is not None, "is no telephone number", ""
    )


def _database(reader: _Reader, environment: str) -> str:
    url = reader.checked("DATABASE_URL", is_database, "names no database this program can speak to")
    if url.startswith("sqlite:") and environment == "production":
        reader.wrong("DATABASE_URL", "is a file, which is for demo and test: one writer at a time, no server")
    return url


def _public_url(reader: _Reader, environment: str) -> str:
    url = reader.checked("PUBLIC_URL", is_site, "is no address of a whole site").rstrip("/")
    if url.startswith("http://") and environment == "production":
        reader.wrong("PUBLIC_URL", "is not https: cookies and health data would travel in the clear")
    return url


def _guarded(reader: _Reader, name: str, environment: str, url: str) -> str:
    """In demo and test nothing may reach the real WeChat; in production nobody may listen on the way."""
    if environment == "production" and url.startswith("http://"):
        reader.wrong(name, "is not https: the AppSecret and patients' messages would travel in the clear")
    if environment in ("demo", "test") and host_of(url) not in LOCAL_HOSTS:
        reader.wrong(name, f"must be a local address in {environment}: nothing may reach the real WeChat")
    return url


def _wechat_app(reader: _Reader, kind: str) -> WeChatApp:
    def aes_key_fits(key: str) -> bool:
        try:
            return len(key) == 43 and len(base64.b64decode(key + "=")) == 32
        except ValueError:
            return False

    return WeChatApp(
        app_id=reader.text(f"WECHAT_{kind}_APP_ID"),
        app_secret=reader.text(f"WECHAT_{kind}_APP_SECRET"),
        token=reader.checked(
            f"WECHAT_{kind}_TOKEN",
            lambda token: 3 <= len(token) <= 32 and token.isascii() and token.isalnum(),
            "is not 3 to 32 letters and digits",
        ),
        aes_key=reader.checked(f"WECHAT_{kind}_AES_KEY", aes_key_fits, "is not 43 base64 characters"),
    )


LONGEST_KEY_ID = 16
"""It stands in front of every sealed text, whose column is as long as it is."""


def _field_keys(reader: _Reader) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for part in filter(None, reader.text("FIELD_KEYS").split(",")):
        key_id, _, body = part.strip().partition(":")
        try:
            key = base64.b64decode(body, validate=True)
        except ValueError:
            key = b""
        if not key_id or len(key) != 32:
            reader.wrong("FIELD_KEYS", "holds a key that is not id:base64 of 32 bytes")
        if len(key_id) > LONGEST_KEY_ID:
            reader.wrong("FIELD_KEYS", f"holds a key whose id is longer than {LONGEST_KEY_ID} characters")
        if key_id in keys:
            reader.wrong("FIELD_KEYS", "names one id for two keys")
        keys[key_id] = key
    if not keys and not any(problem.startswith("FIELD_KEYS") for problem in reader.problems):
        reader.wrong("FIELD_KEYS", "holds no key")
    return keys


def _zone(reader: _Reader) -> ZoneInfo:
    name = reader.text("HOSPITAL_TIMEZONE", "Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.wrong("HOSPITAL_TIMEZONE", "is no time zone")
        return ZoneInfo("Asia/Shanghai")


def _demo_clock(reader: _Reader, environment: str) -> Path | None:
    path = reader.text("DEMO_CLOCK_FILE", "")
    if path and environment == "production":
        reader.wrong("DEMO_CLOCK_FILE", "cannot be set in production: its time is the machine's")
        return None
    return Path(path) if path else None


def _frame_ancestors(reader: _Reader, environment: str) -> str:
    value = reader.text("FRAME_ANCESTORS", "'none'")
    if value != "'none'" and environment == "production":
        reader.wrong("FRAME_ANCESTORS", "cannot be set in production")
    return value
