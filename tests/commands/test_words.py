"""What the commands print, word for word and number for number, on networks of which no two parts are alike.

`make words` keeps it anew; the difference is what a reviewer reads.
"""

import os
import re
from pathlib import Path

import pytest

from models.formats.registry import network_to_bytes
from tests.mlps import MlpShape, random_mlp
from tests.oracles import hand_built, noisy

KEPT = Path(__file__).parent / "words"
WRITE = "CLOCKWORK_WORDS"
DIGITS = re.compile(r"-?\d+\.\d{5,}(e-?\d+)?")  # of numbers as JSON has them: the last ones are each machine's own
PROGRESS = re.compile(r"^.*\d+%\|.*\n", re.MULTILINE)
DIGEST = re.compile(r"\b[0-9a-f]{16,64}\b")
SECONDS = re.compile(r'("seconds": )[\d.e-]+|\d+(\.\d+)? s\b')

ASKED = {
    "inspect": "inspect noisy.pt",
    "inspect json": "inspect noisy.pt --json",
    "inspect mlp": "inspect mlp.pt",
    "transplant": "transplant noisy.pt --modulus 17 --map 1:2,3:-7,4:5 --readout keep",
    "transplant json": "transplant noisy.pt --modulus 17 --map 1:2,3:-7,4:5.5 --readout keep --json",
    "transplant balance": "transplant noisy.pt --modulus 17 --map 1:2,3:-7,4:5 --readout balance",
    "transplant refit": "transplant noisy.pt --modulus 17 --map 1:2,3:-7,4:5 --readout refit --seed 3",
    "transplant auto json": "transplant noisy.pt --modulus 18 --map 1:2,3:-7,4:5.5 --seed 3 --json",
    "transplant sample": "transplant noisy.pt --modulus 19 --map 1:2,3:-7,4:5.5 --search none --sample 50",
    "controls": "controls noisy.pt --modulus 17 --seeds 2",
    "controls json": "controls noisy.pt --modulus 11 --seeds 2 --seed 3 --json",
    "controls mlp": "controls mlp.pt --modulus 11 --seeds 2",
    "reach": "reach noisy.pt --moduli 2..6 --readout keep --rounds 1 --jobs 1",
    "reach auto json": "reach noisy.pt --moduli 5;7 --rounds 1 --jobs 1 --seed 2 --json",
}

# Fitted on some pairs: settings that are one another's relabellings have one margin, so that a processor's last digits
# decide which is taken; all pairs tell no difference, the fitted ones do.
FITTED_PAIRS = {"controls": re.compile(r"^.*\b(?:calibrate|refit):.*$", re.MULTILINE)}


@pytest.mark.parametrize("name", ASKED)
def test_a_command_says_what_it_said(clockwork, name: str):
    for file, network in (("noisy.pt", noisy(hand_built(13, (1, 3, 4)))), ("mlp.pt", random_mlp(MlpShape(layers=2)))):
        Path(file).write_bytes(network_to_bytes(network, ".pt", {}))
    code, out, err = clockwork(ASKED[name])
    said = f"$ {ASKED[name]}\n{code}\n{out}{err}"
    said = DIGITS.sub(lambda number: f"{float(number[0]):.5g}", PROGRESS.sub("", said))
    said = SECONDS.sub(r"\1…", DIGEST.sub("…", said))  # in this order: digits of a fraction can look like a digest
    if name in FITTED_PAIRS:
        said = FITTED_PAIRS[name].sub(lambda line: re.sub(r"[\d.]+%", "…%", line[0]), said)
    file = KEPT / f"{name.replace(' ', '-')}.txt"
    if os.environ.get(WRITE):
        KEPT.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8"), "If this is meant, `make words` keeps it; read the difference."


def test_every_kept_command_is_asked():
    assert {path.stem for path in KEPT.glob("*.txt")} == {name.replace(" ", "-") for name in ASKED}
