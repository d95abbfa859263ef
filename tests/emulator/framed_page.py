"""A hospital page on an origin of its own, as the phone opens one: it asks WeChat for things."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = Path(__file__).with_name("framed_page.html").read_bytes()
INNER = """<!doctype html><script>
window.top.postMessage({suihu: "bridge", id: "inner", call: "setTitle", args: {title: "冒充的标题"}}, "*");
</script>"""


class FramedPage:
    """Serves the page on a free port until closed."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/questions"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(INNER.encode() if self.path == "/inner" else PAGE)

    def do_HEAD(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Quiet: a test's output is about what failed."""
