"""The operator's JSON: what was received and pushed, faults, the clock, config, a fresh start."""

from typing import Any

from flask import Blueprint, request

from emulator.config import BadConfig, read_config
from emulator.current import platform
from emulator.push import inbox
from emulator.push.delivery import MUTATIONS
from emulator.state.clock import iso
from emulator.state.faults import BadFault

door = Blueprint("operator", __name__, url_prefix="/operator/api")
Answer = dict[str, Any]
Refused = tuple[Answer, int]


@door.errorhandler(BadConfig)
@door.errorhandler(BadFault)
def bad_request(error: ValueError) -> Refused:
    return {"error": str(error)}, 400


@door.get("/journal")
def get_journal() -> Answer:
    with platform().lock:
        calls = platform().journal.read(
            request.args.get("since", 0, type=int),
            request.args.get("path"),
            request.args.get("limit", 200, type=int),
        )
    return {"calls": calls, "seq": calls[-1]["seq"] if calls else request.args.get("since", 0, type=int)}


@door.get("/callbacks")
def get_callbacks() -> Answer:
    since, limit = request.args.get("since", 0, type=int), request.args.get("limit", 200, type=int)
    with platform().lock:
        rows = [row for row in platform().pusher.rows() if row["seq"] > since]
        return {"callbacks": rows[-limit:]}


@door.post("/callbacks/replay")
def replay() -> Answer | Refused:
    """Deliver an old push once more, spoiled as `mutate` says; answers what the developer answered."""
    body = _body()
    mutate = body.get("mutate", "none")
    if mutate not in MUTATIONS:
        return {"error": f"mutate: one of {', '.join(MUTATIONS)}"}, 400
    with platform().lock:
        row = next((row for row in platform().pusher.rows() if row["id"] == body.get("id")), None)
    if row is None:
        return {"error": "id: no such callback"}, 404
    answer = platform().pusher.replay(row, mutate)
    return {"status": answer.status, "body": answer.body, "error": answer.error, "ms": answer.ms}


@door.post("/callbacks/push")
def push_anything() -> Answer | Refused:
    """Push any fields as coming from a person: types the phone has no button for."""
    body, world = _body(), platform()
    kind, fields = body.get("account", "oa"), body.get("fields")
    if kind not in ("oa", "mp") or not isinstance(fields, dict) or "MsgType" not in fields:
        return {"error": 'account: "oa" or "mp"; fields: an object with MsgType'}, 400
    with world.lock:
        if world.config.person(str(body.get("person"))) is None:
            return {"error": "person: no such person"}, 404
        inbox.push(world, kind, body["person"], fields)
    return {"ok": True}


@door.get("/faults")
def get_faults() -> Answer:
    with platform().lock:
        return {"faults": list(platform().faults.rows())}


@door.post("/faults")
def add_fault() -> Answer:
    body = _body()
    times = body.get("times")
    with platform().lock:
        return platform().faults.add(
            str(body.get("path", "*")),
            str(body.get("kind", "")),
            int(times) if times is not None else None,
            int(body.get("ms", 0)),
        )


@door.delete("/faults")
def remove_faults() -> Answer:
    """Remove the fault given by `id` (in the query or the body), or all."""
    with platform().lock:
        platform().faults.remove(request.args.get("id", _body().get("id"), type=int))
    return {"ok": True}


@door.get("/clock")
def get_clock() -> Answer:
    clock = platform().clock
    return {"offset_seconds": clock.offset_seconds, "now": iso(clock.now())}


@door.post("/clock")
def set_clock() -> Answer | Refused:
    offset = _body().get("offset_seconds")
    if not isinstance(offset, int | float):
        return {"error": "offset_seconds: a number"}, 400
    with platform().lock:
        platform().clock.move_to(float(offset))
    return get_clock()


@door.get("/qrcodes")
def get_qrcodes() -> Answer:
    world = platform()
    with world.lock:
        rows = world.qrcodes.recent(request.args.get("limit", 50, type=int))
        return {
            "qrcodes": [
                {
                    "ticket": row["ticket"],
                    "scene": row["scene"],
                    "url": row["url"],
                    "image": f"/cgi-bin/showqrcode?ticket={row['ticket']}",
                    "created_at": iso(row["at"]),
                    "expires_at": iso(row["until"]),
                    "alive": world.qrcodes.alive(row),
                }
                for row in rows
            ]
        }


@door.get("/identities")
def get_identities() -> Answer:
    """Each person's openids and unionid, for who must compare them with the developer's database."""
    people, config = platform().people, platform().config
    return {
        "identities": [
            {
                "id": person.id,
                "name": person.name,
                "oa_openid": people.openid("oa", person.id),
                "mp_openid": people.openid("mp", person.id),
                "unionid": people.unionid(person.id),
            }
            for person in config.people
        ]
    }


@door.get("/config")
def get_config() -> Answer:
    """The config without its secrets."""
    hidden = {name: {"secret", "token", "aes_key"} for name in ("oa", "mp")}
    return platform().config.model_dump(exclude=hidden)


@door.post("/config")
def set_config() -> Answer:
    config = read_config(_body())
    with platform().lock:
        platform().use(config)
    return {"ok": True}


@door.post("/reset")
def reset() -> Answer:
    with platform().lock:
        platform().reset()
    return {"ok": True}


def _body() -> Answer:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}
