"""A stranger's web server, which notes whoever asks it for anything."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Canary:
    """Its address, and the paths that it was asked for."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.heard: list[str] = []
        self.page = ""  # that it answers with

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{self.host}"


@contextmanager
def listening_canary() -> Iterator[Canary]:
    """A canary on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            canary.heard.append(self.path)
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("access-control-allow-origin", "*")
            self.end_headers()
            self.wfile.write(canary.page.encode())

        def log_message(self, *_: object) -> None:
            """Nothing on the console."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        canary = Canary(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield canary
        finally:
            server.shutdown()
