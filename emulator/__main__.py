"""`python -m emulator`: run the local WeChat platform."""

import argparse
import sys
from pathlib import Path

from emulator.config import BadConfig, load_config
from emulator.lifetime import end_with_parent
from emulator.platform import Options
from emulator.server import Server


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="A local WeChat platform.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 takes a free port")
    parser.add_argument("--config", type=Path, help="accounts, templates, people (default: a built-in demo)")
    parser.add_argument("--state", type=Path, default=Path("var/emulator-state.json"))
    parser.add_argument("--latency-ms", type=int, default=0, help="every API answer waits this long")
    parser.add_argument("--finish-delay-ms", type=int, default=150, help="from a send to its finish event")
    parser.add_argument("--retry-gap-ms", type=int, default=300, help="between two tries of a callback")
    given = parser.parse_args(arguments)
    return Options(
        host=given.host,
        port=given.port,
        config_path=given.config,
        state_path=given.state,
        latency_ms=given.latency_ms,
        finish_delay_ms=given.finish_delay_ms,
        retry_gap_ms=given.retry_gap_ms,
    )


def main() -> None:
    options = _options(sys.argv[1:])
    try:
        load_config(options.config_path)
    except BadConfig as error:
        sys.exit(f"emulator: {error}")
    end_with_parent()
    Server(options).run()


if __name__ == "__main__":
    main()
