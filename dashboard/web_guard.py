"""What stands before Streamlit on the wire: which hosts and origins are answered, and what a page may load."""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from dashboard.upload_bound import UploadBound

METRICS = "/_stcore/metrics"  # who is connected and what is kept of them: nobody's business
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def content_security_policy(index: str) -> str:
    """What a page may load: this server's own files, and of inline scripts those of Streamlit's `index` alone.

    Streamlit hands a component's script over as a blob, and its styles inline; WebAssembly is the browser's kernel.
    """
    own = " ".join(f"'sha256-{_digest(script)}'" for script in INLINE_SCRIPT.findall(index))
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval' {own}".strip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def headers_of_every_answer() -> dict[str, str]:
    """Sent with every answer of the server."""
    index = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    return {
        "Content-Security-Policy": content_security_policy(index),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def refusal(path: str, headers: Headers) -> Response | None:
    """Why a request or a websocket is not answered; None where it is."""
    host, origin = headers.get("host"), headers.get("origin")
    if not is_host_allowed(host):
        names = ", ".join(config.get_option("server.allowedHosts"))
        return PlainTextResponse(
            f"Clockwork answers at {names}, and was asked for another host. To serve it under that name too, start it "
            "with --server.allowedHosts NAME (README, Serving it to others).\n",
            421,
        )
    if origin and urlsplit(origin).netloc != host and origin not in config.get_option("server.corsAllowedOrigins"):
        return PlainTextResponse("This request was sent by a page of another site.\n", 403)
    if path.rstrip("/").endswith(METRICS):
        return PlainTextResponse("Not found.\n", 404)
    return None


class WebGuard:
    """ASGI middleware: refuses what `refusal` says, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = headers_of_every_answer()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a websocket; what else a server says goes through."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)

        async def send_guarded(message: Message) -> None:
            if message["type"].endswith("response.start"):
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        answer = refusal(scope["path"], Headers(scope=scope)) or self.app
        return await answer(scope, receive, send_guarded)


MIDDLEWARE = [Middleware(WebGuard), Middleware(UploadBound)]
