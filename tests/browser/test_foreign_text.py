"""Whatever a file, a link or a recipe says is shown letter by letter, and the browser asks no stranger for anything.

Without the policy that would stop a request (tests/browser/test_web_guard.py): here the text alone must be harmless.
"""

import io
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import safetensors.torch
import torch
from playwright.sync_api import Page

from dashboard.session.link import LONGEST_NAME
from models import zoo
from models.evaluation import evaluate
from models.evaluation.certificate import certify
from models.formats.registry import LAYOUTS, network_to_bytes
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.browser.canary import Canary, listening_canary
from tests.browser.serving import CERTIFICATE_ZONE, DROP_ZONE
from tests.browser.walking import go_to, settled, walk
from tests.mlps import hand_built_mlp

pytestmark = pytest.mark.parametrize("visit", [{"bypass_csp": True}], indirect=True, ids=["no policy"])
NETWORK = hand_built_mlp(13, (1, 3, 4))
MARKUP = {  # what must not be found where only text was
    "picture": "img:not([src^='data:']):not([src*='/media/'])",
    "link": "a",
    "formula": ".katex",
    "colour": "[class*=stMarkdownColored], .stMarkdownBadge",
    "icon": "[data-testid=stMarkdownContainer] [role=img]",
    "emphasis of others": "em em, strong strong, del, [data-testid=stTable] strong, [data-testid=stAlert] em",
    "code block": "[data-testid=stMain] [data-testid=stMarkdownPre]",
}
STRANGE = """(kinds) => {
  const isOwnLink = ({ href }) => href && new URL(href).origin === location.origin
  const found = Object.entries(kinds).map(([kind, selector]) => [
    kind, [...document.querySelectorAll(selector)].filter((found) => !isOwnLink(found)).map((found) => found.outerHTML),
  ])
  return Object.fromEntries(found.filter(([, elements]) => elements.length))
}"""
QUOTED = 30  # letters at least, of what a message names


def hostile(canary: Canary) -> list[str]:
    """Texts that Markdown, HTML, LaTeX, Plotly or Streamlit would make something of."""
    host = canary.host
    return [
        f"![x](http://{host}/picture.png)",
        f"![f](http:&#47;&#47;{host}&#47;entity.png)",
        f"![r][r] [r]: http://{host}/reference.png",
        f"<img src='http://{host}/html.png'> <b>b</b> <a href='http://{host}'>a</a>",
        f"[link](http://{host}) <http://{host}> http://{host}/bare www.evil.example me@evil.example",
        r"$\huge x$ $$y$$ \(z\)",
        ":red[**Verified**] :green-background[x] :blue-badge[x] :small[x] :shimmer[x]",
        ":material/home: :material_home: :streamlit: :smile: :+1:",
        "a -> b <- c -- d >= e <= f ~= g",
        "W_E __init__ *star* **bold** ~~gone~~ _low_",
        "tick ` ticks `` three ``` end`",
        "# head",
        "- [ ] task",
        "1. one | a | b |",
        "    indented  twice ",
        "\\ back\\slash \\* &amp; &#36;",
        "=HYPERLINK(1) %{x} <br> <extra>",
    ]


@pytest.fixture
def canary() -> Iterator[Canary]:
    with listening_canary() as canary:
        yield canary


@pytest.fixture
def page(visit) -> Page:
    visit.page.goto(f"{visit.address}/your-network")
    settled(visit.page)
    return visit.page


def markup(page: Page) -> dict[str, list[str]]:
    """The markup that is none of ours."""
    return page.evaluate(STRANGE, MARKUP)


def shown(page: Page, selector: str) -> list[str]:
    """Texts of elements, letter by letter."""
    return page.evaluate("(selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent)", selector)


def weights(metadata: dict[str, str], **changed: torch.Tensor) -> bytes:
    state = LAYOUTS[NETWORK.layout.name].write(NETWORK) | changed
    return safetensors.torch.save({name: tensor.clone() for name, tensor in state.items()}, metadata=metadata)


ZONES = (
    "() => [...document.querySelectorAll('[class*=st-key-drop-zone]')].map((e) => e.className.match(/zone-\\d+/)[0])"
)


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    """Files on the one place for them; returns once they are read, when another has come in its place."""
    page.wait_for_function(f"() => ({ZONES})().length === 1")
    [zone] = page.evaluate(ZONES)
    page.locator(DROP_ZONE).set_input_files([{"name": name, "mimeType": "", "buffer": data} for name, data in files])
    page.wait_for_function(
        f"(before) => {{ const zones = ({ZONES})(); return zones.length === 1 && zones[0] !== before }}", arg=zone
    )
    settled(page)


def test_a_files_name_and_what_it_says_are_harmless_on_every_page_and_view(visit, page: Page, canary: Canary):
    texts = hostile(canary)
    name = f"{' '.join(texts)}.safetensors".replace("/", "&#47;")  # a slash would begin a folder
    drop(page, (name, weights({f"{number:02} {text}": text for number, text in enumerate(texts)})))
    cells = shown(page, "[data-testid=stTable] td")
    assert cells[-2 * len(texts) :] == [cell for n, text in enumerate(texts) for cell in (f"{n:02} {text}", text)]
    assert name in " ".join(shown(page, "[data-testid=stMain] [data-testid=stMarkdownContainer]"))
    assert page.get_by_test_id("stSelectbox").first.locator("input").input_value() == name
    assert markup(page) == {}
    page.get_by_text("Read it otherwise").click()
    for seen in walk(page):
        assert markup(page) == {}, seen
    go_to(page, "look_inside.py")
    settled(page)
    page.get_by_role("combobox", name="Compare with").click()
    assert name in shown(page, "[role=option]")
    assert markup(page) == {}
    page.get_by_role("option", name="mlp-113").click()
    settled(page)
    assert name in shown(page, "h2 code")
    assert markup(page) == {}
    page.get_by_role("button", name="In a notebook").first.click()
    page.get_by_text("models.open_network").first.wait_for()
    assert json.dumps(name) in " ".join(shown(page, "[data-testid=stCode] code"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Data (.csv)").first.click()
    assert not set(download.value.suggested_filename) & set('<>:"/\\|?*&$`[]')
    assert canary.heard == []
    assert visit.foreign == []


def files_with(text: str, stem: str) -> dict[str, list[tuple[str, bytes]]]:
    """Files that are refused or remarked upon, with the text in whatever the sentence quotes."""
    good, name, nothing = weights({}), text.replace("/", "&#47;"), torch.full((2, 2), torch.nan)
    return {
        "a file's name": [(name, b"nonsense")],
        "a tensor's name": [(f"{stem}.safetensors", weights({}, **{text: torch.ones(2, 2)}))],
        "a tensor that is no number": [(f"{stem}.safetensors", weights({}, **{text: nothing}))],
        "an activation": [(f"{stem}.safetensors", good), (f"{stem}.json", json.dumps({"act_fn": text}).encode())],
        "a reading said": [(f"{stem}.pt", weights({"clockwork_reading": json.dumps({"activation": text})}))],
        "a fact said": [(f"{stem}.pt", weights({"clockwork_reading": json.dumps({text: 1})}))],
        "a configuration's name": [(f"{name}.json", b"{}")],
        "a file that is open already": [(name, good)],
        "a pickle's name": [(f"{stem}.pt", b"\x80\x02c" + text.encode() + b"\nname\n.")],
    }


@pytest.mark.parametrize("kind", files_with("", ""))
def test_what_a_message_quotes_is_harmless(visit, page: Page, canary: Canary, kind: str):
    texts = hostile(canary)
    drop(page, ("first.safetensors", weights({})), ("second.safetensors", weights({})))  # a lone file takes any config
    drop(page, *(file for n, text in enumerate(texts) for file in files_with(text, f"file {n}")[kind]))
    told = shown(page, "[data-testid=stAlert]")
    for text in texts:
        named = [text, text.replace("/", "&#47;"), repr(text)[1:-1]]
        assert any(each[:QUOTED] in sentence for each in named for sentence in told), (text, told)
    assert markup(page) == {}
    assert canary.heard == []
    assert visit.foreign == []


@pytest.mark.parametrize("part", ["network", "file"])
def test_what_a_link_says_is_harmless(visit, page: Page, canary: Canary, part: str):
    for text in hostile(canary)[:: 1 if part == "network" else 4]:  # of a digest few letters are shown
        page.goto(f"{visit.address}/your-network?{part}={quote(text)}")
        settled(page)
        told = " ".join(shown(page, ".st-key-arrival"))
        assert (text if part == "network" else repr(text[:20])[1:-1]) in told or len(text) > LONGEST_NAME
        assert markup(page) == {}, text
    page.goto(f"{visit.address}/?network={quote('a%0A%0Ahttp://' + canary.host)}&mod=7")
    settled(page)
    assert markup(page) == {}
    assert canary.heard == []
    assert visit.foreign == []


def test_what_a_certificate_says_is_harmless(visit, page: Page, canary: Canary):
    recipe = linked_recipe(17, {1: 2, 3: -3, 4: 5.5})
    operated = transplant(NETWORK, recipe)
    said = certify(NETWORK, recipe, operated, evaluate(operated), "keep").to_json()
    drop(page, ("network.safetensors", weights({"clockwork_reading": json.dumps(NETWORK.hyperparameters.to_json())})))
    for text in hostile(canary):
        name, method = f"{text.replace('/', '&#47;')}.json", said["proof"] | {"method": text}
        buffer = json.dumps(said | {"proof": method}).encode()
        page.locator(CERTIFICATE_ZONE).set_input_files({"name": name, "mimeType": "", "buffer": buffer})
        page.get_by_role("button", name="Recount all pairs").click()
        page.get_by_text("Does not hold").wait_for()
        settled(page)
        assert name in " ".join(shown(page, ".st-key-certificate [data-testid=stMarkdownContainer]"))
        assert text in shown(page, ".st-key-certificate td")
        assert markup(page) == {}, text
        refused = {"name": name, "mimeType": "", "buffer": json.dumps(said | {"readout": text}).encode()}
        page.locator(CERTIFICATE_ZONE).set_input_files(refused)
        page.get_by_text("is no certificate").wait_for()
        assert markup(page) == {}, text
        page.get_by_role("button", name="Forget it").click()
        page.get_by_text("is no certificate").wait_for(state="hidden")
        settled(page)  # the place to drop files is a new one, and what is dropped on the old one is lost
    assert canary.heard == []
    assert visit.foreign == []


def test_what_a_recipe_says_is_harmless(visit, canary: Canary):
    page = visit.open_play()
    for text in hostile(canary):
        recipe = {"clockwork_recipe": 1, "modulus": 100, "dials": [{"frequency": 5, "target": text}]}
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Open recipe").click()
        buffer = io.BytesIO(json.dumps(recipe).encode()).getvalue()
        chooser.value.set_files({"name": f"{text.replace('/', '')}.json", "mimeType": "", "buffer": buffer})
        page.wait_for_function(
            "(text) => document.body.innerText && [...document.querySelectorAll('*')].some((e) => "
            "e.shadowRoot?.querySelector('.refused')?.textContent.includes(text))",
            arg=repr(text)[1:-1][:QUOTED],
        )
        assert markup(page) == {}, text
    assert canary.heard == []
    assert visit.foreign == []


def test_the_canary_sings_where_text_is_taken_for_markup(visit, page: Page, canary: Canary):
    page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", hostile(canary)[3])
    page.wait_for_timeout(1000)
    assert canary.heard == ["/html.png"]
    assert visit.foreign == [f"{canary.address}/html.png"]
    assert set(markup(page)) == {"picture", "link"}


def test_the_operated_network_of_a_bundled_one_says_what_it_is(page: Page):
    data = network_to_bytes(
        zoo.load("mlp-113").map_tensors(lambda x: 2 * x), ".safetensors", {"clockwork_recipe": "{}"}
    )
    drop(page, ("operated.safetensors", data))
    assert {"clockwork_recipe", "clockwork_reading"} <= set(shown(page, "[data-testid=stTable] td"))
