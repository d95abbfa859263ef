"""What WeChat pushes: our parser reads the recorded files, and the emulator sends the same shapes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.wechat.bodies import fields_of
from app.wechat.inbound import (
    Follow,
    Inbound,
    MassResult,
    MenuClick,
    PatientLocation,
    PatientMedia,
    PatientText,
    Scan,
    SubscribeChange,
    TemplateResult,
    Unfollow,
    read,
)
from emulator.push.bodies import to_json, to_xml
from tests.contracts.wechat_files import WECHAT, push, shape
from tests.hospital import Hospital, Phone

WHO, AT = "oWangGuifang", datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DOSE = "MpSubDoseLongTerm00000000000000000000000001"
BOOKING = "MpSubBookingOneTime000000000000000000000003"
FINISHED = {"total": 2, "filtered": 2, "sent": 2, "failed": 0}

READ: dict[str, Inbound] = {
    "text.xml": PatientText(WHO, AT, "182/112 头晕", None),
    "image.xml": PatientMedia(WHO, AT, "image", "mediaOfThePicture"),
    "location.xml": PatientLocation(WHO, AT, 30.2461, 120.15, "杭州市西湖区"),
    "subscribe.xml": Follow(WHO, AT, None),
    "subscribe_by_qr.xml": Follow(WHO, AT, "card.8f2e"),
    "scan.xml": Scan(WHO, AT, "card.8f2e"),
    "unsubscribe.xml": Unfollow(WHO, AT),
    "click.xml": MenuClick(WHO, AT, "ASK_NURSE"),
    "template_arrived.xml": TemplateResult(WHO, AT, (("3400000000000123", "success"),)),
    "template_blocked.xml": TemplateResult(WHO, AT, (("3400000000000124", "failed:user block"),)),
    "mass_finished.xml": MassResult(WHO, AT, "1000001625", "send success", FINISHED),
    "subscribe_popup_one.json": SubscribeChange(WHO, AT, {DOSE: "accept"}, True),
    "subscribe_popup_two.json": SubscribeChange(WHO, AT, {DOSE: "accept", BOOKING: "reject"}, True),
    "subscribe_popup_two.xml": SubscribeChange(WHO, AT, {DOSE: "accept", BOOKING: "reject"}, True),
    "subscribe_changed.json": SubscribeChange(WHO, AT, {DOSE: "reject"}, False),
    "subscribe_sent.xml": TemplateResult(WHO, AT, (("1864323726461255680", "success"),)),
}


def test_every_recorded_push_is_read() -> None:
    assert {path.name for path in (WECHAT / "pushes").iterdir()} == set(READ)


@pytest.mark.parametrize("name", READ)
def test_our_parser_reads_what_wechat_pushes(name: str) -> None:
    assert read(push(name)) == READ[name]


def _scans(hospital: Hospital, phone: Phone) -> None:
    phone.scan(hospital.outside.wechat.create_qr("card.8f2e"))


ACTS: dict[str, Callable[[Hospital, Phone], object]] = {
    "subscribe.xml": lambda hospital, phone: None,
    "scan.xml": _scans,
    "text.xml": lambda hospital, phone: phone.text("您好"),
    "location.xml": lambda hospital, phone: phone.location(30.2461, 120.15, "杭州市西湖区"),
    "image.xml": lambda hospital, phone: phone.image(b"\x89PNG\r\n\x1a\n"),
    "unsubscribe.xml": lambda hospital, phone: phone.unfollow(),
    "subscribe_popup_one.json": lambda hospital, phone: phone.subscribe(DOSE),
    "subscribe_changed.json": lambda hospital, phone: phone.block_template(DOSE),
}
"""What a follower does, and the push it makes."""


@pytest.mark.parametrize("name", ACTS)
def test_the_emulator_pushes_the_same_shapes(hospital: Hospital, name: str) -> None:
    phone = hospital.phone("wang")
    phone.follow()
    ACTS[name](hospital, phone)
    hospital.settle()
    assert shape(_pushed(hospital, as_json=name.endswith(".json"))) == shape(fields_of(push(name)))


def test_the_emulator_pushes_a_newcomers_card_in_the_same_shape(hospital: Hospital) -> None:
    _scans(hospital, hospital.phone("wang"))
    hospital.settle()
    assert shape(_pushed(hospital, as_json=False)) == shape(fields_of(push("subscribe_by_qr.xml")))


def test_the_emulator_tells_of_a_send_in_the_same_shape(hospital: Hospital) -> None:
    phone = hospital.phone("wang")
    phone.follow()
    data = {"thing1": "血压随访", "time2": "2026年3月2日 10:00", "thing3": "心内科"}
    template = "OaTplFollowupDue0000000000000000000000000001"
    hospital.outside.wechat.send_template(phone.openid(), template, data, "", "id-1")
    hospital.settle()
    assert shape(_pushed(hospital, as_json=False)) == shape(fields_of(push("template_arrived.xml")))


def _pushed(hospital: Hospital, *, as_json: bool) -> Any:
    """The newest push as it went over the wire."""
    newest = max(hospital.pushes(), key=lambda row: row["id"])
    return fields_of(to_json(newest["fields"]) if as_json else to_xml(newest["fields"]))
