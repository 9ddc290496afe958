"""Changes to what a file says: tensors dropped, renamed, reshaped, wrapped. Each takes and gives a tree."""

from argparse import Namespace
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tests.fuzz.containers import Tree
from tests.fuzz.examples import example_states

DTYPES = (torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.bool, torch.uint8)
NAMES = (
    "W_x",
    "W",
    "embed.W_E",
    "embed.weight",
    "blocks.0.attn.W_Q",
    "layers.7.weight",
    "layers.00.weight",
    "a\nb",
    "",
)
ODD = (
    *(float("nan"), float("inf"), -1, 2**63, 10**30, "", "relu", None, True, [], {}, [[[]]], [1.0, 2.0], b"bytes"),
    *(np.float64(0.5), np.arange(6.0).reshape(2, 3), np.array(["text"]), Namespace(p=7, act_fn="relu")),
)
KEYS = ("model", "state_dict", "model_state_dict", "train_loss", "test_loss", "config", "losses")


def dropped(random: Random, tree: Tree) -> Tree:
    """One entry less."""
    return {key: value for key, value in tree.items() if key != _key(random, tree)}


def duplicated(random: Random, tree: Tree) -> Tree:
    """One tensor under a second name."""
    return tree | {random.choice(NAMES): tree.get(_key(random, tree))}


def renamed(random: Random, tree: Tree) -> Tree:
    """One entry under another name, perhaps over an entry that has it."""
    old, new = (
        _key(random, tree),
        random.choice((*NAMES, _key(random, tree), f"blocks.{random.randrange(99)}.mlp.W_in")),
    )
    return {new if key == old else key: value for key, value in tree.items()}


def swapped(random: Random, tree: Tree) -> Tree:
    """Two entries change places."""
    one, other = _key(random, tree), _key(random, tree)
    return tree | {one: tree.get(other), other: tree.get(one)}


def reshaped(random: Random, tree: Tree) -> Tree:
    """One tensor of another shape."""
    ways: tuple[Callable[[Tensor], Tensor], ...] = (
        lambda x: x.flatten(),
        lambda x: x[None],
        lambda x: x.mT if x.ndim > 1 else x,
        lambda x: x[:0] if x.ndim else x,
        lambda x: x[1:] if x.ndim else x,
        lambda x: torch.cat([x, x]) if x.ndim else x,
        lambda x: torch.cat([x, x], dim=-1) if x.ndim else x,
        lambda x: x.sum(),
        lambda x: x.expand(random.choice((1, 3, 1000)), *x.shape),
        lambda x: x.new_zeros((1,) * random.randrange(20)),
    )
    return _with_one(random, tree, random.choice(ways))


def retyped(random: Random, tree: Tree) -> Tree:
    """One tensor, or all, of another type."""
    dtype = random.choice(DTYPES)
    if random.random() < 0.5:
        return {key: value.to(dtype) if isinstance(value, Tensor) else value for key, value in tree.items()}
    return _with_one(random, tree, lambda x: x.to(dtype))


def spoilt(random: Random, tree: Tree) -> Tree:
    """One number that is none, or very large."""

    def spoil(tensor: Tensor) -> Tensor:
        changed = tensor.detach().clone().flatten()
        if len(changed) and changed.is_floating_point():
            changed[random.randrange(len(changed))] = random.choice((float("nan"), float("inf"), 1e38))
        return changed.reshape(tensor.shape)

    return _with_one(random, tree, spoil)


def scaled(random: Random, tree: Tree) -> Tree:
    """One tensor so large or so small that products of it overflow or vanish."""
    return _with_one(random, tree, lambda x: x * random.choice((1e30, 1e-40, 0, -1)) if x.is_floating_point() else x)


def with_odd_entry(random: Random, tree: Tree) -> Tree:
    """Something besides tensors."""
    key = random.choice((*KEYS, *NAMES, 0, 1.5, None, True))
    return tree | {key: random.choice(ODD)}


def mixed(random: Random, tree: Tree) -> Tree:
    """Another network's tensors besides."""
    return tree | random.choice(example_states())


def wrapped(random: Random, tree: Tree) -> Tree:
    """The tree under a key, with records beside it."""
    beside = {random.choice(KEYS): random.choice(ODD) for _ in range(random.randrange(4))}
    return beside | {random.choice(KEYS): tree}


def prefixed(random: Random, tree: Tree) -> Tree:
    """Every name, or some, with a prefix."""
    prefix, share = random.choice(("module.", "_orig_mod.", "_orig_mod.module.", "model.")), random.choice((1.0, 0.5))
    return {
        prefix + key if isinstance(key, str) and random.random() < share else key: value for key, value in tree.items()
    }


def nested(random: Random, tree: Tree) -> Tree:
    """Lists within lists beside the weights."""
    losses: Any = [1.0]
    for _ in range(random.choice((1, 10, 31, 32, 33, 100))):
        losses = [losses, losses] if random.random() < 0.3 else {"x": losses}
    return wrapped(random, tree) | {"nested": losses}


def repeated(random: Random, tree: Tree) -> Tree:
    """One tensor that a stride of zero makes enormous: small in a file of PyTorch's, and nowhere else."""
    times = random.choice((2, 1000, 10**5, 10**7, 2**40))
    return _with_one(random, tree, lambda x: x.detach().flatten()[:1].expand(times, 1000) if x.numel() else x)


def _key(random: Random, tree: Tree) -> Any:
    return random.choice(list(tree)) if tree else ""


def _with_one(random: Random, tree: Tree, change: Callable[[Tensor], Tensor]) -> Tree:
    tensors = [key for key, value in tree.items() if isinstance(value, Tensor)]
    if not tensors:
        return tree
    key = random.choice(tensors)
    return tree | {key: change(tree[key])}


CHANGES: dict[str, Callable[[Random, Tree], Tree]] = {
    change.__name__: change
    for change in (
        *(dropped, duplicated, renamed, swapped, reshaped, retyped, spoilt, scaled),
        *(with_odd_entry, mixed, wrapped, prefixed, nested),
    )
}
