"""WeChat's HTTP door: finds the endpoint, applies faults, token, quota and strictness, keeps the journal."""

import json
import secrets
import socket
import struct
import time
from concurrent.futures import wait
from typing import Any

from flask import Blueprint, Response, request

from emulator.api.reading import check_method, read_body, read_upload
from emulator.api.wire import ENDPOINTS, Answer, Binary, Call, Endpoint, Refusal
from emulator.current import platform
from emulator.platform import Platform
from emulator.state.clock import iso
from emulator.state.faults import gateway_of
from emulator.state.journal import masked

api = Blueprint("api", __name__)
_ROOTS = ("cgi-bin", "sns", "wxa", "wxaapi")
_FINISH_WAIT_SECONDS = 20.0
_SECRET_NAMES = ("access_token", "secret", "appsecret")


def _serve(rest: str) -> Response:
    world = platform()
    began = time.monotonic()
    path = request.path
    faults = _wait_as_told(world, path)
    answer = _from_the_way(world, path, faults) or _answer(world, path, faults)
    with world.lock:
        if world.faults.take(path, {"reset_after_accept"}):
            faults.append("reset_after_accept")
    _write_down(world, path, answer, faults, began)
    if "reset_after_accept" in faults:
        _reset_connection()
    return _response(answer)


for _root in _ROOTS:
    api.add_url_rule(f"/{_root}/<path:rest>", _root, _serve, methods=["GET", "POST"])


def _from_the_way(world: Platform, path: str, faults: list[str]) -> Binary | None:
    """What a proxy on the way answers by itself, when told so: the call does not come as far as WeChat."""
    with world.lock:
        fault = world.faults.take_gateway(path)
    found = gateway_of(fault["kind"]) if fault else None
    if fault is None or found is None:
        return None
    faults.append(fault["kind"])
    status, as_page = found
    if as_page:
        page = f"<!doctype html><title>{status}</title><p>请联系网络管理员</p>"
        return Binary(page.encode(), "text/html; charset=utf-8", status=status)
    told = json.dumps({"code": status, "message": "请联系网络管理员"}, ensure_ascii=False)
    return Binary(told.encode(), "application/json", status=status)


def _answer(world: Platform, path: str, faults: list[str]) -> Answer:
    endpoint = ENDPOINTS.get(path)
    try:
        if endpoint is None:
            raise Refusal(40066, "invalid url")
        return _run(world, endpoint, faults)
    except Refusal as refusal:
        rid = "-".join(secrets.token_hex(4) for _ in range(3))
        errmsg = f"{refusal.errmsg} rid: {rid}"
        return {"errcode": refusal.errcode, "errmsg": errmsg, **refusal.more}


def _run(world: Platform, endpoint: Endpoint, faults: list[str]) -> Answer:
    check_method(endpoint, request.method)
    with world.lock:
        errcode = world.faults.take_errcode(endpoint.path, endpoint.caller != "nobody")
        if errcode is not None:
            faults.append(str(errcode))
            raise Refusal(errcode, _FAULT_TEXTS.get(errcode, "fault"))
        call = Call(world, endpoint.path, request.args.to_dict(), _caller(world, endpoint), faults)
    call.body = read_body(endpoint, request)
    call.upload = read_upload(endpoint, request)
    with world.lock:
        if not world.quotas.count(call.account.appid, endpoint.path):
            raise Refusal(45009, "reach max api daily quota limit")
        answer = endpoint.run(call)
    wait(call.before_answer, _FINISH_WAIT_SECONDS)
    return answer


_FAULT_TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    45009: "reach max api daily quota limit",
    48001: "api unauthorized",
}


def _caller(world: Platform, endpoint: Endpoint) -> Any:
    """The app whose token the call carries; for endpoints without a token, the one they belong to."""
    if endpoint.caller == "nobody":
        return "mp" if request.args.get("appid") == world.config.mp.appid else "oa"
    verdict = world.tokens.verdict(request.args.get("access_token"))
    if verdict.errcode == 41001:
        raise Refusal(41001, "access_token missing")
    if verdict.errcode == 42001:
        raise Refusal(42001, "access_token expired")
    if verdict.errcode == 40014:
        raise Refusal(40014, "invalid access_token")
    if verdict.errcode or endpoint.caller not in ("any", verdict.kind):
        raise Refusal(40001, _FAULT_TEXTS[40001])
    return verdict.kind


def _wait_as_told(world: Platform, path: str) -> list[str]:
    """Wait as long as the options and a "slow" fault want, without the lock; the faults met so far."""
    with world.lock:
        slow = world.faults.take(path, {"slow"})
    pause_ms = world.options.latency_ms + (slow["ms"] if slow else 0)
    if pause_ms:
        time.sleep(pause_ms / 1000)
    return ["slow"] if slow else []


def _response(answer: Answer) -> Response:
    """HTTP 200 whatever WeChat's verdict: it is in the errcode."""
    if isinstance(answer, Binary):
        response = Response(answer.content, answer.status, content_type=answer.content_type)
        if answer.filename:
            response.headers["Content-Disposition"] = f'attachment; filename="{answer.filename}"'
        return response
    text = json.dumps(answer, ensure_ascii=False)
    return Response(text, content_type="application/json; encoding=utf-8")


def _reset_connection() -> None:
    """Drop the connection after the work was done, as a broken network would."""
    line: socket.socket = request.environ["gunicorn.socket"]
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.shutdown(socket.SHUT_RDWR)


def _write_down(world: Platform, path: str, answer: Answer, faults: list[str], began: float) -> None:
    shown = f"<{len(answer.content)} bytes {answer.content_type}>" if isinstance(answer, Binary) else answer
    with world.lock:
        world.journal.add(
            {
                "seq": world.store.next_number(),
                "at": iso(world.clock.now()),
                "method": request.method,
                "path": path,
                "query": _masked(request.args.to_dict()),
                "body": _shown_body(),
                "answer": _masked(shown) if isinstance(shown, dict) else shown,
                "errcode": shown.get("errcode", 0) if isinstance(shown, dict) else 0,
                "fault": ", ".join(faults) or None,
                "ms": round((time.monotonic() - began) * 1000),
            }
        )


def _shown_body() -> Any:
    if request.files:
        return {name: f"<file {part.filename}>" for name, part in request.files.items()}
    raw = request.get_data(as_text=True)
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        return raw[:4000]
    return _masked(body) if isinstance(body, dict) else body


def _masked(values: dict[str, Any]) -> dict[str, Any]:
    return {name: masked(str(v)) if name in _SECRET_NAMES else v for name, v in values.items()}
