"""The phone's JSON: what the phone page, and tests in its place, read and do as one person."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator import actions
from emulator.config import Person
from emulator.current import platform
from emulator.phone_view import people_list, phone_state

door = Blueprint("phone", __name__, url_prefix="/phone/api")
files = Blueprint("phone_files", __name__)
COOKIE = "emulator_person"
Answer = dict[str, Any]


@door.errorhandler(actions.NotPossible)
def not_possible(error: actions.NotPossible) -> tuple[Answer, int]:
    return {"error": str(error)}, 409


def as_person(act: Callable[..., Answer]) -> Callable[..., Any]:
    """Run `act(person, body)` under the platform's lock; 404 for an unknown person."""

    @wraps(act)
    def view(person_id: str) -> Any:
        world = platform()
        with world.lock:
            person = world.config.person(person_id)
            if person is None:
                return {"error": f"没有这个人：{person_id}"}, 404
            return act(person, request.get_json(silent=True) or {})

    return view


@door.get("/people")
def get_people() -> Answer:
    with platform().lock:
        return {"people": people_list(platform())}


@door.post("/people/<person_id>/pick")
@as_person
def pick(person: Person, body: Answer) -> Any:
    """This browser is this person's phone from now on; what pages kept on the one before is gone."""
    response: Response = jsonify({"ok": True})
    if request.cookies.get(COOKIE) != person.id:
        for name in platform().config.page_cookies:
            response.delete_cookie(name, path="/")
    response.set_cookie(COOKIE, person.id, path="/", samesite="Lax")
    return response


@door.get("/people/<person_id>/state")
@as_person
def get_state(person: Person, body: Answer) -> Answer:
    return phone_state(platform(), person, request.args.get("since", 0, type=int))


@door.post("/people/<person_id>/follow")
@as_person
def follow(person: Person, body: Answer) -> Answer:
    actions.follow(platform(), person, body.get("scene"))
    return {"ok": True}


@door.post("/people/<person_id>/unfollow")
@as_person
def unfollow(person: Person, body: Answer) -> Answer:
    actions.unfollow(platform(), person)
    return {"ok": True}


@door.post("/people/<person_id>/text")
@as_person
def text(person: Person, body: Answer) -> Answer:
    actions.write_text(platform(), person, str(body.get("content", "")), body.get("bizmsgmenuid"))
    return {"ok": True}


@door.post("/people/<person_id>/image")
@as_person
def image(person: Person, body: Answer) -> Answer:
    return _send_file(person, "image")


@door.post("/people/<person_id>/voice")
@as_person
def voice(person: Person, body: Answer) -> Answer:
    return _send_file(person, "voice")


@door.post("/people/<person_id>/location")
@as_person
def location(person: Person, body: Answer) -> Answer:
    latitude, longitude = float(body.get("latitude", 0)), float(body.get("longitude", 0))
    actions.send_location(platform(), person, latitude, longitude, str(body.get("label", "")))
    return {"ok": True}


@door.post("/people/<person_id>/menu")
@as_person
def menu(person: Person, body: Answer) -> Answer:
    return actions.press_menu(platform(), person, [int(place) for place in body.get("path", [])])


@door.post("/people/<person_id>/scan")
@as_person
def scan(person: Person, body: Answer) -> Answer:
    return actions.scan(platform(), person, str(body.get("content", "")))


@door.post("/people/<person_id>/tap")
@as_person
def tap(person: Person, body: Answer) -> Answer:
    return actions.tap(platform(), person, str(body.get("message_id", "")), int(body.get("index", 0)))


@door.post("/people/<person_id>/mini-program")
@as_person
def mini_program(person: Person, body: Answer) -> Answer:
    return {"open": actions.mini_program(platform(), person, str(body.get("path", "")))}


@door.post("/people/<person_id>/login-code")
@as_person
def login_code(person: Person, body: Answer) -> Answer:
    return {"code": platform().codes.issue("login", person.id)}


@door.post("/people/<person_id>/phone-number-code")
@as_person
def phone_number_code(person: Person, body: Answer) -> Answer:
    return {"code": platform().codes.issue("phone", person.id)}


@door.post("/people/<person_id>/subscribe-popup")
@as_person
def subscribe_popup(person: Person, body: Answer) -> Any:
    answers = actions.answer_popup(
        platform(), person, list(body.get("template_ids", [])), dict(body.get("answers", {}))
    )
    return jsonify(answers)


@door.post("/people/<person_id>/block-template")
@as_person
def block_template(person: Person, body: Answer) -> Answer:
    actions.block_template(platform(), person, str(body.get("template_id", "")))
    return {"ok": True}


@door.post("/people/<person_id>/allow-template")
@as_person
def allow_template(person: Person, body: Answer) -> Answer:
    actions.allow_template(platform(), person, str(body.get("template_id", "")))
    return {"ok": True}


@door.post("/people/<person_id>/mini-program-talk")
@as_person
def mini_program_talk(person: Person, body: Answer) -> Answer:
    actions.enter_mini_program_talk(platform(), person, str(body.get("session_from", "")))
    return {"ok": True}


@door.post("/people/<person_id>/mini-program-text")
@as_person
def mini_program_text(person: Person, body: Answer) -> Answer:
    actions.write_to_mini_program(platform(), person, str(body.get("content", "")))
    return {"ok": True}


@files.get("/phone/media/<media_id>")
def media(media_id: str) -> Response:
    """A picture or voice of the chat; its address is as good as a key, as in WeChat's own storage."""
    world = platform()
    with world.lock:
        row = world.media.find(media_id)
        if row is None:
            return Response("文件已过期", 404, content_type="text/plain; charset=utf-8")
        return Response(world.media.read(media_id), content_type=row["content_type"])


def _send_file(person: Person, kind: str) -> Answer:
    part = request.files.get("media")
    if part is None:
        raise actions.NotPossible("没有收到文件")
    name, content_type = part.filename or f"{kind}.bin", part.mimetype or "application/octet-stream"
    actions.send_file(platform(), person, kind, part.read(), content_type, name)
    return {"ok": True}
