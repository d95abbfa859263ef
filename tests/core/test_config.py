"""Every setting that is missing or malformed is named, all at once, and nothing secret is repeated."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.config import SETTINGS, Settings, SettingsError, from_env

KEY = base64.b64encode(b"k" * 32).decode()

PRODUCTION = {
    "DATABASE_URL": "mysql+pymysql://suihu:hunter2@db.local:3306/suihu?charset=utf8mb4",
    "REDIS_URL": "redis://:hunter2@cache.local:6379/0",
    "SECRET_KEY": "hunter2-" * 6,
    "FIELD_KEYS": f"k1:{KEY}",
    "PUBLIC_URL": "https://suihu.hospital.cn/",
    "WECHAT_OA_APP_ID": "wx0123456789abcdef",
    "WECHAT_OA_APP_SECRET": "hunter2",
    "WECHAT_OA_TOKEN": "hunter2token",
    "WECHAT_OA_AES_KEY": "a" * 42 + "A",
    "WECHAT_MP_APP_ID": "wxfedcba9876543210",
    "WECHAT_MP_APP_SECRET": "hunter2",
    "WECHAT_MP_TOKEN": "hunter2token",
    "WECHAT_MP_AES_KEY": "b" * 42 + "A",
}
DEMO = PRODUCTION | {
    "SUIHU_ENV": "demo",
    "WECHAT_API_BASE_URL": "http://127.0.0.1:8100",
    "DEMO_CLOCK_FILE": "var/demo/clock",
    "FRAME_ANCESTORS": "'self' http://127.0.0.1:8100",
}


def named(environ: dict[str, str]) -> set[str]:
    """The settings that the refusal names."""
    with pytest.raises(SettingsError) as refusal:
        from_env(environ)
    return {line.split(":")[0].strip() for line in str(refusal.value).splitlines()[1:]}


@pytest.mark.parametrize(
    "given", ["025-8888 0000", "02588880000", "12320", "+86 25 88880000", "400-820-8820"]
)
def test_the_hospitals_telephone_is_kept_as_it_is_shown(given: str) -> None:
    assert from_env(PRODUCTION | {"HOSPITAL_PHONE": given}).hospital_phone == given


@pytest.mark.parametrize("given", ["总机", "025-8888 转 1", "12", "javascript:alert(1)"])
def test_a_telephone_that_nobody_can_dial_is_named(given: str) -> None:
    assert named(PRODUCTION | {"HOSPITAL_PHONE": given}) == {"HOSPITAL_PHONE"}


def test_a_hospital_may_have_no_telephone_for_patients() -> None:
    assert from_env(PRODUCTION).hospital_phone == ""


def test_production_needs_no_more_than_its_own_addresses_and_keys() -> None:
    settings = from_env(PRODUCTION)
    assert settings.is_production
    assert settings.public_url == "https://suihu.hospital.cn"
    assert settings.wechat_api_base_url == "https://api.weixin.qq.com"
    assert settings.wechat_open_base_url == "https://open.weixin.qq.com"
    assert settings.zone.key == "Asia/Shanghai"
    assert settings.demo_clock_file is None
    assert settings.frame_ancestors == "'none'"
    assert settings.trusted_proxies == 0


def test_a_production_database_may_be_mariadb() -> None:
    url = "mariadb+pymysql://suihu@127.0.0.1/suihu"
    assert from_env(PRODUCTION | {"DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    "url",
    ["redis://cache", "rediss://:p@cache.local:6380/15", "redis://[::1]:6379", "unix:///run/redis.sock?db=2"],
)
def test_redis_may_be_reached_in_every_way(url: str) -> None:
    assert from_env(PRODUCTION | {"REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    "name, value",
    [
        ("DATABASE_URL", "sqlite:////var/lib/suihu/suihu.sqlite"),
        ("PUBLIC_URL", "http://suihu.hospital.cn"),
        ("PUBLIC_URL", "http://127.0.0.1:8000"),
    ],
)
def test_what_a_demo_may_have_production_may_not(name: str, value: str) -> None:
    assert named(PRODUCTION | {name: value}) == {name}
    from_env(DEMO | {name: value})


def test_a_refusal_says_what_to_write_instead() -> None:
    wrong = {"DATABASE_URL": "sqlite:///suihu.sqlite", "PUBLIC_URL": "http://suihu.hospital.cn/app"}
    with pytest.raises(SettingsError) as refusal:
        from_env(PRODUCTION | wrong | {"REDIS_URL": "redis://", "HOSPITAL_TIMEZONE": "Asia/Peking"})
    for example in (
        "mysql+pymysql://user:",
        "redis://host:6379/0",
        "https://suihu.hospital.cn",
        "Asia/Shanghai",
    ):
        assert example in str(refusal.value)


@pytest.mark.parametrize("name", PRODUCTION)
def test_a_missing_setting_is_named(name: str) -> None:
    assert named({key: value for key, value in PRODUCTION.items() if key != name}) == {name}
    assert named(PRODUCTION | {name: "   "}) == {name}


def test_all_missing_settings_are_named_at_once() -> None:
    assert named({}) == set(PRODUCTION)


@pytest.mark.parametrize(
    "name, value",
    [
        ("SUIHU_ENV", "staging"),
        ("DATABASE_URL", "postgresql://suihu@127.0.0.1/suihu"),
        ("DATABASE_URL", "mysql+pymysql:///suihu"),
        ("DATABASE_URL", "mysql+pymysql://suihu:pass#word@db/suihu"),
        ("DATABASE_URL", "mysql+pymysql://suihu@db:port/suihu"),
        ("DATABASE_URL", "mysql+pymysql://suihu@db"),
        ("DATABASE_URL", "mysql+pymysql://suihu@db/"),
        ("DATABASE_URL", "mariadb+pymysql://suihu@db/suihu/prod"),
        ("DATABASE_URL", "mariadb+pymysql://suihu@db?charset=utf8mb4"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis:///0"),
        ("REDIS_URL", "rediss://:secret@:6379/0"),
        ("REDIS_URL", "redis://cache:port/0"),
        ("REDIS_URL", "redis://cache:6379/suihu"),
        ("REDIS_URL", "unix://"),
        ("SECRET_KEY", "k" * 31),
        ("FIELD_KEYS", "k1"),
        ("FIELD_KEYS", "k1:tooshort"),
        ("FIELD_KEYS", f":{KEY}"),
        ("FIELD_KEYS", "k1:密钥"),
        ("FIELD_KEYS", f"k1:{KEY},k1:{KEY}"),
        ("FIELD_KEYS", f"the-key-of-spring-2026:{KEY}"),
        ("PUBLIC_URL", "suihu.hospital.cn"),
        ("PUBLIC_URL", "https://[suihu"),
        ("PUBLIC_URL", "https://suihu.hospital.cn/app"),
        ("PUBLIC_URL", "https://suihu.hospital.cn/?from=menu"),
        ("PUBLIC_URL", "https://suihu.hospital.cn?"),
        ("PUBLIC_URL", "https://suihu.hospital.cn/#home"),
        ("PUBLIC_URL", "https://user:secret@suihu.hospital.cn"),
        ("PUBLIC_URL", "https://suihu hospital.cn"),
        ("WECHAT_API_BASE_URL", "ftp://api.weixin.qq.com"),
        ("WECHAT_OPEN_BASE_URL", "open.weixin.qq.com"),
        ("WECHAT_OPEN_BASE_URL", "http://open.weixin.qq.com"),
        ("WECHAT_API_BASE_URL", "HTTP://api.weixin.qq.com"),
        ("WECHAT_OA_TOKEN", "ab"),
        ("WECHAT_OA_TOKEN", "with a space"),
        ("WECHAT_MP_AES_KEY", "a" * 42),
        ("WECHAT_MP_AES_KEY", "钥" * 43),
        ("HOSPITAL_TIMEZONE", "Asia/Peking"),
        ("HOSPITAL_TIMEZONE", "Asia"),
        ("HOSPITAL_TIMEZONE", "../etc/passwd"),
        ("LOG_LEVEL", "LOUD"),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "²"),
        ("DEMO_CLOCK_FILE", "var/clock"),
        ("FRAME_ANCESTORS", "*"),
    ],
)
def test_a_malformed_setting_is_named(name: str, value: str) -> None:
    assert named(PRODUCTION | {name: value}) == {name}


@pytest.mark.parametrize("address", ["http://api.weixin.qq.com", "http://127.0.0.1:8100"])
def test_production_speaks_to_wechat_in_secret_only(address: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        from_env(PRODUCTION | {"WECHAT_API_BASE_URL": address})
    assert "WECHAT_API_BASE_URL: is not https" in str(refusal.value)


def test_the_demos_emulator_is_spoken_to_in_the_clear() -> None:
    assert from_env(DEMO).wechat_api_base_url == "http://127.0.0.1:8100"


@given(name=st.sampled_from(sorted(SETTINGS)), value=st.text(max_size=80))
def test_whatever_a_setting_holds_it_is_taken_or_named(name: str, value: str) -> None:
    try:
        from_env(PRODUCTION | {name: value})
    except SettingsError as refusal:
        assert f"  {name}: " in str(refusal)


def test_a_refusal_repeats_nothing_secret() -> None:
    spoiled = {name: f"hunter2{'#' * 40}" for name in PRODUCTION}
    with pytest.raises(SettingsError) as refusal:
        from_env(spoiled)
    assert "hunter2" not in str(refusal.value)


def test_printed_settings_show_nothing_secret() -> None:
    printed = repr(from_env(PRODUCTION))
    assert "hunter2" not in printed
    assert "k" * 32 not in printed
    assert "wx0123456789abcdef" in printed


def test_the_demo_has_its_clock_and_its_frame() -> None:
    settings = from_env(DEMO)
    assert not settings.is_production
    assert str(settings.demo_clock_file) == "var/demo/clock"
    assert settings.wechat_open_base_url == settings.wechat_api_base_url == "http://127.0.0.1:8100"


@pytest.mark.parametrize("environment", ["demo", "test"])
@pytest.mark.parametrize("name", ["WECHAT_API_BASE_URL", "WECHAT_OPEN_BASE_URL"])
@pytest.mark.parametrize(
    "url",
    [
        "https://api.weixin.qq.com",
        "http://api.weixin.qq.com:80",
        "http://127.0.0.1.nip.io",
        "http://127.0.0.1@api.weixin.qq.com",
    ],
)
def test_demo_and_test_never_reach_the_real_wechat(environment: str, name: str, url: str) -> None:
    assert name in named(DEMO | {"SUIHU_ENV": environment, name: url})


def test_a_forgotten_address_does_not_let_the_demo_reach_the_real_wechat() -> None:
    forgotten = {key: value for key, value in DEMO.items() if key != "WECHAT_API_BASE_URL"}
    assert named(forgotten) == {"WECHAT_API_BASE_URL", "WECHAT_OPEN_BASE_URL"}


def test_the_first_field_key_comes_first() -> None:
    other = base64.b64encode(b"o" * 32).decode()
    settings: Settings = from_env(PRODUCTION | {"FIELD_KEYS": f"k2:{other}, k1:{KEY}"})
    assert list(settings.field_keys.items()) == [("k2", b"o" * 32), ("k1", b"k" * 32)]
