"""The browser's live run, run by Node: the weights, states and measures that assets/kernel/learn.c has at each step."""

import struct
import subprocess
from dataclasses import dataclass

import numpy as np
import torch

from models.training.live_run import NEURONS, LiveMeasures, LiveSettings, PartMeasures, Weights
from tests.conftest import ROOT
from tests.scripts.node import NODE

PROGRAM = """
import { readFileSync } from "node:fs"
import { Learner } from "./assets/grok/learner.js"
const [kernel, settings, steps] = process.argv.slice(-3)
const learner = new Learner(new WebAssembly.Module(readFileSync(kernel)), JSON.parse(settings))
for (let step = 0; step <= steps; step++) {
  const { shown, unseen, right, states, powers, table, unembedding } = learner.frame()
  const head = Buffer.from(new ArrayBuffer(28))
  ;[shown.pairs, shown.right, unseen.pairs, unseen.right, right].forEach((each, i) => head.writeInt32LE(each, 4 * i))
  head.writeFloatLE(shown.loss, 20)
  head.writeFloatLE(unseen.loss, 24)
  for (const { buffer } of [head, states, powers, table, unembedding]) process.stdout.write(new Uint8Array(buffer))
  learner.move()
}
"""


@dataclass(frozen=True, eq=False)
class KernelStep:
    """What the browser knows at one step."""

    measures: LiveMeasures
    states: np.ndarray  # [p, p] of bits
    powers: np.ndarray  # [p // 2, NEURONS]
    weights: Weights


def kernel_run(settings: LiveSettings, steps: int, kernel: str = "learn") -> list[KernelStep]:
    """Every step of a run, the noise first."""
    given = (
        f'{{"modulus": {settings.modulus}, "seed": {settings.seed}, "share": {settings.share}, '
        f'"decay": {settings.decay}, "shuffled": {str(settings.shuffled).lower()}}}'
    )
    path = str(ROOT / "assets" / "kernel" / f"{kernel}.wasm")
    command = [NODE, "--input-type=module", "--eval", PROGRAM, path, given, str(steps)]
    data = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    p = settings.modulus
    size = 28 + p * p + 4 * NEURONS * (p // 2 + 2 * p)
    assert len(data) == size * (steps + 1)
    return [_step(data[size * step : size * (step + 1)], step, p) for step in range(steps + 1)]


def _step(data: bytes, step: int, p: int) -> KernelStep:
    shown, shown_right, unseen, unseen_right, right, shown_loss, unseen_loss = struct.unpack_from("<5i2f", data)
    measures = LiveMeasures(
        step, PartMeasures(shown, shown_right, shown_loss), PartMeasures(unseen, unseen_right, unseen_loss), right
    )
    states = np.frombuffer(data, np.uint8, p * p, 28).reshape(p, p)
    numbers = np.frombuffer(data, np.float32, offset=28 + p * p).copy()
    powers, table, unembedding = np.split(numbers, [p // 2 * NEURONS, (p // 2 + p) * NEURONS])
    weights = Weights(torch.from_numpy(table).view(p, NEURONS), torch.from_numpy(unembedding).view(NEURONS, p))
    return KernelStep(measures, states, powers.reshape(p // 2, NEURONS), weights)
