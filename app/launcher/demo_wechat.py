"""The emulated WeChat's config: our two accounts, the templates of the seeds, and six demo people."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.core.documents import read_yaml
from app.http.patient_auth import PATIENT_COOKIE

SEED = Path("migrations/seeds/message_templates.yaml")

PEOPLE = [
    {"id": "wang", "name": "王桂芳", "gender": "女", "age": 68, "phone": "13800001001"},
    {"id": "li", "name": "李建国", "gender": "男", "age": 72, "phone": "13800001002"},
    {"id": "zhang", "name": "张敏", "gender": "女", "age": 45, "phone": "13800001003"},
    {"id": "chen", "name": "陈志强", "gender": "男", "age": 55, "phone": "13800001004"},
    {"id": "liu", "name": "刘洋", "gender": "男", "age": 34, "phone": "13800001005"},
    {"id": "zhao", "name": "赵秀兰", "gender": "女", "age": 79, "phone": "13800001006"},
    # Two who work here have a phone too: for alerts and test messages.
    {"id": "zhoumin", "name": "周敏（管理员）", "gender": "女", "age": 46, "phone": "13800002001"},
    {"id": "lifang", "name": "李芳（护士）", "gender": "女", "age": 38, "phone": "13800002002"},
]


def emulator_config(
    *, oa: Mapping[str, str], mp: Mapping[str, str], app_url: str, hospital: str
) -> dict[str, Any]:
    """What `python -m emulator --config` reads; `oa` and `mp` are {app_id, app_secret, token, aes_key}."""
    seeds = read_yaml(SEED)["templates"]
    return {
        "oa": _account(oa, "gh_suihu_demo_oa", hospital, f"{app_url}/wechat/callback/oa"),
        "mp": _account(mp, "gh_suihu_demo_mp", hospital, f"{app_url}/wechat/callback/mp")
        | {"callback_format": "json", "web_url": f"{app_url}/h5/mini-program"},
        "bound": True,
        "templates": [
            {"template_id": seed["demo_id"], "title": seed["title"], "content": seed["content"]}
            for seed in seeds
            if seed["lane"] == "oa_template"
        ],
        "subscribe_templates": [
            {
                "priTmplId": seed["demo_id"],
                "title": seed["title"],
                "content": seed["content"],
                "type": 3 if seed.get("long_term") else 2,
                "app": "mp",
            }
            for seed in seeds
            if seed["lane"] == "mp_subscribe"
        ],
        "people": PEOPLE,
        "page_cookies": [PATIENT_COOKIE],
    }


def _account(account: Mapping[str, str], original_id: str, name: str, callback_url: str) -> dict[str, Any]:
    return {
        "appid": account["app_id"],
        "secret": account["app_secret"],
        "token": account["token"],
        "aes_key": account["aes_key"],
        "original_id": original_id,
        "name": name,
        "callback_url": callback_url,
        "callback_mode": "secure",
    }
