"""One HTTP delivery of one message to the developer's server, and the clear text of its answer."""

import http.client
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from emulator.config import MiniProgram, ServiceAccount
from emulator.push import crypto
from emulator.push.bodies import BadXml, from_xml, to_json, to_xml

MUTATIONS = ("none", "bad_signature", "old_timestamp", "tampered_body", "wrong_appid", "not_xml")
_ANSWER_BYTES = 65536


@dataclass(frozen=True)
class Request:
    query: dict[str, str]
    body: bytes
    content_type: str


@dataclass(frozen=True)
class Answer:
    """What came back: `status` None when nothing did, with the reason in `error`."""

    status: int | None
    body: str
    error: str | None
    ms: int


def compose(
    account: ServiceAccount | MiniProgram,
    openid: str,
    fields: dict[str, Any],
    now: float,
    mutate: str = "none",
) -> Request:
    """The signed request WeChat would make, spoiled in one way when `mutate` says so."""
    timestamp, nonce = (
        str(int(now) - (86400 if mutate == "old_timestamp" else 0)),
        str(secrets.randbelow(10**10)),
    )
    query = {
        "signature": crypto.signature(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": openid,
    }
    as_json = isinstance(account, MiniProgram) and account.callback_format == "json"
    write = to_json if as_json else to_xml
    content = fields
    if account.callback_mode != "plain":
        appid = "wx0000000000000000" if mutate == "wrong_appid" else account.appid
        sealed = crypto.seal(account.aes_key, appid, write(fields).encode())
        query["encrypt_type"] = "aes"
        query["msg_signature"] = crypto.signature(account.token, timestamp, nonce, sealed)
        outer = fields if account.callback_mode == "compatible" else {"ToUserName": fields["ToUserName"]}
        content = {**outer, "Encrypt": sealed}
    body = _spoiled(write(content).encode(), query, mutate)
    return Request(query, body, "application/json" if as_json else "text/xml")


def _spoiled(body: bytes, query: dict[str, str], mutate: str) -> bytes:
    if mutate == "bad_signature":
        for name in ("signature", "msg_signature"):
            if name in query:
                query[name] = query[name][::-1]
    if mutate == "tampered_body":
        # Swaps the case inside the payload: still well-formed, no longer what was signed.
        middle = len(body) // 2
        body = body[:middle] + body[middle : middle + 20].swapcase() + body[middle + 20 :]
    return b"<xml><ToUserName>" if mutate == "not_xml" else body


def post(url: str, request: Request, timeout_seconds: float) -> Answer:
    """Deliver once. Never raises for what the other side does."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    target = f"{parts.path or '/'}?{'&'.join(filter(None, [parts.query, urlencode(request.query)]))}"
    began = time.monotonic()
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_seconds)
    try:
        headers = {"Content-Type": request.content_type, "User-Agent": "Mozilla/4.0", "Connection": "close"}
        connection.request("POST", target, request.body, headers)
        response = connection.getresponse()
        text = response.read(_ANSWER_BYTES).decode("utf-8", "replace")
        return Answer(response.status, text, None, _since(began))
    except (OSError, http.client.HTTPException) as error:
        return Answer(None, "", f"{type(error).__name__}: {error}", _since(began))
    finally:
        connection.close()


def passive_reply(account: ServiceAccount | MiniProgram, text: str) -> dict[str, Any]:
    """The clear fields of a reply body. Raises BadXml or BadEnvelope, as WeChat would complain."""
    fields = from_xml(text)
    if "Encrypt" not in fields:
        if account.callback_mode == "secure":
            raise BadXml("a reply in secure mode must be encrypted")
        return fields
    stamp, nonce, sealed = (str(fields.get(name, "")) for name in ("TimeStamp", "Nonce", "Encrypt"))
    if crypto.signature(account.token, stamp, nonce, sealed) != fields.get("MsgSignature"):
        raise crypto.BadEnvelope("signature")
    return from_xml(crypto.unseal(account.aes_key, account.appid, sealed).decode("utf-8"))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
