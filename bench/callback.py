"""A callback from its first byte to `success` (verified, decrypted, stored, rung) against a bare answer."""

import time
from collections.abc import Callable
from itertools import count
from urllib.parse import urlencode

from bench.hospital import Bench
from bench.load import Call, Result, run
from bench.report import tell
from emulator.push.bodies import to_xml
from emulator.push.crypto import seal, signature

CONNECTIONS, CALLS = 16, 50


def measure_callback(bench: Bench, runs: int) -> None:
    """Pairs of the same body: bare `success`, then the product's door."""
    numbers = count(1)
    ratios, slowest = [], []
    for round_number in range(runs + 1):
        bodies = [_push(bench, next(numbers)) for _ in range(CONNECTIONS * CALLS)]
        bare = _load(bench, lambda t, n, b=bodies: Call("POST", "/bare/success", b[t * CALLS + n].body))
        full = _load(bench, lambda t, n, b=bodies: b[t * CALLS + n])
        if round_number:  # the first round only warms pools and caches
            ratios.append(bare.per_second / full.per_second)
            slowest.append(full.p99_ms)
    tell("callback_cost", ratios, "x_bare", 4, at_most=True, note="bare `success` on the same server = 1")
    tell("callback_p99", slowest, "ms", 50, at_most=True, note="16 at once")


def _load(bench: Bench, next_call: Callable[[int, int], Call]) -> Result:
    result = run(bench.url, next_call, connections=CONNECTIONS, calls=CALLS)
    if result.statuses != {200}:
        raise SystemExit(f"invalid: the server answered {sorted(result.statuses)}")
    return result


def _push(bench: Bench, number: int) -> Call:
    """One text message as WeChat pushes it in secure mode; each has its own MsgId."""
    account = bench.outside.settings.oa
    now = str(int(time.time()))
    clear = to_xml(
        {
            "ToUserName": "gh_bench",
            "FromUserName": f"o{number % 500:027d}",
            "CreateTime": int(now),
            "MsgType": "text",
            "Content": "今天血压 138/86，没有头晕",
            "MsgId": 23_000_000_000_000_000 + number,
        }
    )
    sealed = seal(account.aes_key, account.app_id, clear.encode())
    body = to_xml({"ToUserName": "gh_bench", "Encrypt": sealed})
    query = {
        "timestamp": now,
        "nonce": str(number),
        "encrypt_type": "aes",
        "signature": signature(account.token, now, str(number)),
        "msg_signature": signature(account.token, now, str(number), sealed),
    }
    return Call(
        "POST",
        f"/wechat/callback/oa?{urlencode(query)}",
        body.encode(),
        (("Content-Type", "text/xml"),),
    )
