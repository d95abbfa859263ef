"""What the emulated platform knows before anyone calls it: accounts, templates, people.

Every field that is missing, misspelt or of the wrong kind is named in the error.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emulator.defaults import DEFAULT_CONFIG

AppKind = Literal["oa", "mp"]


class BadConfig(ValueError):
    """The config cannot be used; the message names each offending field."""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Account(_Shape):
    """One WeChat account with its developer settings (the console's 基本配置 page)."""

    appid: str = Field(min_length=1)
    secret: str = Field(min_length=1)
    token: str = Field(min_length=3, max_length=32)
    aes_key: str = Field(pattern=r"^[A-Za-z0-9]{43}$")
    original_id: str = Field(min_length=1)
    name: str
    callback_url: str | None = None
    """Where messages and events are pushed; None pushes nothing."""
    callback_mode: Literal["plain", "compatible", "secure"] = "secure"


class ServiceAccount(Account):
    oauth_domain: str | None = None
    """When given, OAuth refuses any other redirect host with 10003."""


class MiniProgram(Account):
    callback_format: Literal["xml", "json"] = "json"
    web_url: str = ""
    """The web page that stands in for the mini-program: WXML cannot run here."""


class Template(_Shape):
    template_id: str
    title: str
    content: str
    primary_industry: str = "医疗护理"
    deputy_industry: str = "医药医疗"
    example: str = ""


class SubscribeTemplate(_Shape):
    priTmplId: str  # noqa: N815 - WeChat's own spelling
    title: str
    content: str
    type: Literal[2, 3]
    """2 one-time: each accept is one send. 3 long-term: accept once, send often."""
    app: AppKind = "mp"
    example: str = ""
    enums: dict[str, list[str]] = {}
    """Allowed values of enum keys, e.g. {"enum1": ["已确认", "已取消"]}."""


class Person(_Shape):
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    name: str
    gender: str = ""
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    phone: str = ""
    avatar: str = ""
    nickname: str = ""


class Config(_Shape):
    oa: ServiceAccount
    mp: MiniProgram
    bound: bool = True
    """True: both apps belong to one Open Platform account, so unionids exist."""
    templates: list[Template] = []
    subscribe_templates: list[SubscribeTemplate] = []
    people: list[Person]
    page_cookies: list[str] = []
    """Cookies by which the accounts' own pages know a phone. One browser stands for many phones here, and
    cookies know no ports: they are forgotten when another person takes the browser up."""

    def account(self, kind: AppKind) -> ServiceAccount | MiniProgram:
        return self.oa if kind == "oa" else self.mp

    def person(self, person_id: str) -> Person | None:
        return self._people.get(person_id)

    def template(self, template_id: str) -> Template | None:
        return self._templates.get(template_id)

    def subscribe_template(self, template_id: str) -> SubscribeTemplate | None:
        return self._subscribe_templates.get(template_id)

    @cached_property
    def _people(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def _templates(self) -> dict[str, Template]:
        return {template.template_id: template for template in self.templates}

    @cached_property
    def _subscribe_templates(self) -> dict[str, SubscribeTemplate]:
        return {template.priTmplId: template for template in self.subscribe_templates}


def read_config(values: Any) -> Config:
    """Check a parsed config document. Raises BadConfig naming every wrong field."""
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        raise BadConfig("; ".join(_complaint(item) for item in error.errors(include_input=False))) from None
    _refuse_twins("people", [person.id for person in config.people])
    _refuse_twins("templates", [item.template_id for item in config.templates])
    _refuse_twins("subscribe_templates", [item.priTmplId for item in config.subscribe_templates])
    if config.oa.appid == config.mp.appid:
        raise BadConfig("mp.appid: must differ from oa.appid")
    return config


def load_config(path: Path | None) -> Config:
    """Read the config file, or the built-in demo when no path is given."""
    if path is None:
        return read_config(DEFAULT_CONFIG)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise BadConfig(f"{path}: not JSON ({error})") from None
    try:
        return read_config(values)
    except BadConfig as error:
        raise BadConfig(f"{path}: {error}") from None


def _complaint(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"]) or "config"
    return f"{where}: {item['msg']}"


def _refuse_twins(name: str, ids: list[str]) -> None:
    twins = {one for one in ids if ids.count(one) > 1}
    if twins:
        raise BadConfig(f"{name}: ids used twice: {', '.join(sorted(twins))}")
