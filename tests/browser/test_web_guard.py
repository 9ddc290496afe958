"""The policy and the refusals of the server, as a browser and a stranger's page meet them."""

import http.client

import pytest

from tests.browser.canary import Canary, listening_canary
from tests.browser.policy import violations, watched
from tests.browser.walking import settled


@pytest.fixture
def canary():
    with listening_canary() as canary:
        yield canary


PLANTED = {
    "img-src": "(canary) => { new Image().src = `${canary}/picture.png` }",
    "connect-src": "(canary) => fetch(`${canary}/fetched`).catch(() => 0)",
    "style-src-elem": """(canary) => document.head.append(
        Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${canary}/style.css` }))""",
    "script-src-elem": """(canary) => document.head.append(
        Object.assign(document.createElement("script"), { src: `${canary}/script.js` }))""",
    "font-src": "(canary) => new FontFace('planted', `url(${canary}/font.woff2)`).load().catch(() => 0)",
    "frame-src": """(canary) => document.body.append(
        Object.assign(document.createElement("iframe"), { src: `${canary}/frame` }))""",
    "form-action": """(canary) => {
        const form = Object.assign(document.createElement("form"), { action: `${canary}/form`, target: "_blank" })
        document.body.append(form)
        form.submit()
    }""",
}


@pytest.mark.parametrize("visit", [{}, {"bypass_csp": True}], indirect=True, ids=["policy", "no policy"])
def test_what_would_be_fetched_from_elsewhere_is_stopped_by_the_policy_alone(visit, canary: Canary, request):
    page = watched(visit)
    page.goto(f"{visit.address}/your-network")
    settled(page)
    for script in PLANTED.values():
        page.evaluate(script, canary.address)
    page.wait_for_timeout(2000)
    if "no policy" in request.node.name:
        assert len(canary.heard) >= len(PLANTED)  # the canary sings
        return
    assert canary.heard == []
    assert {directive for directive, _ in violations(page)} == set(PLANTED)


def test_a_script_inside_the_page_and_text_as_a_script_do_not_run(visit):
    page = watched(visit)
    page.goto(f"{visit.address}/your-network")
    settled(page)
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='window.ran = 1'>")
          document.head.append(Object.assign(document.createElement("script"), { textContent: "window.ran = 2" }))
          setTimeout("window.ran = 3", 0)
        }"""
    )
    page.wait_for_timeout(1000)
    assert page.evaluate("() => window.ran") is None
    assert len(violations(page)) == 3


def test_no_page_of_another_site_frames_the_app(visit, canary: Canary):
    canary.page = f"<iframe src='{visit.address}'></iframe>"
    page = visit.page
    page.goto(canary.address)
    page.wait_for_timeout(2000)
    [frame] = page.frames[1:]
    assert "Clockwork" not in frame.content()
    assert frame.url != f"{visit.address}/"
    visit.errors.clear()  # that it was refused


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def status(server: str, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection(server.removeprefix("http://"), timeout=60)
    connection.request("GET", path, headers=headers)
    found = connection.getresponse().status
    connection.close()
    return found


@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [
        ("{own}", "http://{own}", 101),
        ("localhost:1234", "http://localhost:1234", 101),  # a port of a container, mapped to another one
        ("{own}", "http://evil.example", 403),
        ("evil.example", "http://evil.example", 421),  # its name rebound to this machine
    ],
)
def test_only_pages_of_this_server_open_its_websocket(server: str, host: str, origin: str, expected: int):
    own = server.removeprefix("http://")
    headers = {"Host": host.format(own=own), "Origin": origin.format(own=own)}
    assert status(server, "/_stcore/stream", **HANDSHAKE, **headers) == expected


def test_the_server_answers_on_its_own_names_and_keeps_its_metrics(server: str):
    assert status(server, "/") == 200
    assert status(server, "/", Host="evil.example") == 421
    assert status(server, "/_stcore/health") == 200
    assert status(server, "/_stcore/metrics") == 404
