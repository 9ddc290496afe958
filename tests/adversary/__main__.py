"""Count many crafted networks and compare with exact arithmetic; see tests/adversary/__init__.py."""

import argparse
import sys
import time
from collections import Counter

import torch

from models.evaluation import TIE_TOLERANCE, difference_classes, evaluate
from tests.adversary.attacks import crafted
from tests.adversary.textbook import exact_states


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.adversary", description=__doc__)
    parser.add_argument("--networks", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--by-difference",
        action="store_true",
        help="count by difference classes wherever they apply, with few first rivals",
    )
    options = parser.parse_args()
    if options.by_difference:
        difference_classes.SMALLEST_MODULUS, difference_classes.FIRST_RIVALS = 2, 2
    torch.set_num_threads(1)
    wrong, seen, unproven, worst = Counter(), Counter(), Counter(), 0.0
    for number in range(options.networks):
        body, attack, network = crafted(number, options.seed)
        began = time.perf_counter()
        found = evaluate(network)
        worst = max(worst, time.perf_counter() - began)
        exact = torch.tensor(exact_states(network, TIE_TOLERANCE * found.scale), dtype=torch.uint8)
        proof = getattr(found, "proof", None)
        seen[body] += 1
        seen[attack] += 1
        unproven[attack] += bool(proof and proof.unproven)
        if not torch.equal(found.states, exact):
            wrong[body] += 1
            wrong[attack] += 1
            print(f"network {number}, {body}, {attack}: {int((found.states != exact).sum())} of {exact.numel()} pairs")
    for name, count in seen.items():
        print(f"{name:38}{count:6} networks {wrong[name]:6} wrong {unproven[name]:6} with unproven pairs")
    print(f"slowest count {worst:.2f} s; {sum(wrong.values()) // 2} of {options.networks} networks counted wrongly")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
