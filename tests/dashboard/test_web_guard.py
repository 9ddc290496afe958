"""What the server answers to whom, and what it lets a page load."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from streamlit import config

from dashboard.web_guard import WebGuard, content_security_policy

HOST = "clockwork.example:8501"
SAME, OTHER = "https://clockwork.example:8501", "https://evil.example"


@pytest.fixture(autouse=True)
def _allowed(monkeypatch: pytest.MonkeyPatch):
    """One host and one other origin are allowed."""
    options = {"server.allowedHosts": ["clockwork.example"], "server.corsAllowedOrigins": ["https://friend.example"]}
    get_option = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: options.get(name) or get_option(name))


async def streamlit_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands in for Streamlit: answers whatever reaches it."""
    assert scope["type"] != "lifespan"
    await PlainTextResponse("Streamlit")(scope, receive, send)


def answered(path: str = "/", kind: str = "http", **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of the guard's answer."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": f"{kind}.request"}

    listed = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "path": path, "method": "GET", "headers": listed, "extensions": {}}
    asyncio.run(WebGuard(streamlit_app)(scope, receive, send))
    start, body = sent[:2]
    received = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], received, body["body"].decode()


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": HOST}, 200),
        ({"host": HOST, "origin": SAME}, 200),
        ({"host": HOST, "origin": "https://friend.example"}, 200),
        ({"host": HOST, "origin": OTHER}, 403),
        ({"host": HOST, "origin": "null"}, 403),
        ({"host": HOST, "origin": "https://clockwork.example"}, 403),  # another port is another origin
        ({"host": "evil.example:8501", "origin": "http://evil.example:8501"}, 421),  # a name rebound to our address
        ({"host": "clockwork.example.evil.example"}, 421),
        ({"host": "clockwork.example@evil.example"}, 421),
        ({}, 421),
    ],
)
def test_only_allowed_hosts_and_origins_are_answered(kind: str, headers: dict[str, str], status: int):
    found, _, text = answered(kind=kind, **headers)
    assert found == status
    assert (text == "Streamlit") == (status == 200)


def test_who_asks_for_another_host_is_told_which_are_answered_and_what_to_do():
    _, _, text = answered(host="evil.example")
    assert "answers at clockwork.example" in text
    assert "--server.allowedHosts" in text
    assert "evil" not in text


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/below/_stcore/metrics"])
def test_the_metrics_of_the_server_are_nobodys_business(path: str):
    assert answered(path, host=HOST)[0] == 404


def test_whether_the_server_is_well_is_answered():
    assert answered("/_stcore/health", host=HOST)[0] == 200


@pytest.mark.parametrize("asked", [{"host": HOST}, {"host": "evil.example"}])
def test_every_answer_carries_the_headers(asked: dict[str, str]):
    _, headers, _ = answered(**asked)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_policy_lets_a_page_load_from_its_own_server_only():
    parts = (part.split() for part in content_security_policy("").split("; "))
    policy = {name: set(sources) for name, *sources in parts}
    assert (
        policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
    )
    assert policy["script-src"] == {"'self'", "blob:", "'wasm-unsafe-eval'"}
    assert policy["img-src"] == {"'self'", "data:", "blob:"}
    assert policy["connect-src"] == policy["form-action"] == {"'self'"}
    everything = set().union(*policy.values())
    assert everything - {"data:", "blob:"} == {each for each in everything if each.startswith("'")}  # no address at all


def test_the_policy_names_an_inline_script_by_its_digest():
    index = "<script src=\"own.js\"></script><script>alert('Hello, world.');</script>"
    # The digest of this very script in the documents of the World Wide Web Consortium.
    assert "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='" in content_security_policy(index)


def test_the_start_and_end_of_the_server_go_through():
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(scope["type"])

    asyncio.run(WebGuard(app)({"type": "lifespan"}, None, None))  # nothing is received or sent
    assert heard == ["lifespan"]
