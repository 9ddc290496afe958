"""A transformer's weights written back into the tensors that they were read from: names, shapes and ways round."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from models.bodies.general_transformer import GeneralTransformerBody
from models.bodies.norm import Norm
from models.bodies.normed_block import NormedBlock
from models.bodies.transformer import TransformerBody
from models.formats.roles.find import Roles
from models.formats.roles.vocabulary import input_first

AnyTransformer = TransformerBody | GeneralTransformerBody


def body_tensors(body: AnyTransformer, retained: Mapping[str, Tensor], roles: Roles) -> dict[str, Tensor]:
    """The file's tensors of a body by name; biases that the file has not got are left out."""
    by_role = dict(_by_role(body))
    turned = _Turned(retained, roles, layers_of(body)[0].block.W_Q.shape[0])
    return {name: turned.into(role, by_role) for role, name in roles.of.items() if role[0].isdigit() or "norm" in role}


def place_rows(
    body: AnyTransformer, retained: Mapping[str, Tensor], roles: Roles, count: int, constants: Mapping[int, Tensor]
) -> dict[str, Tensor]:
    """The file's positions, of which so many are used; `constants` are the embedding's rows at constant positions."""
    if "positions" not in roles:
        return {}
    name = roles.of["positions"]
    table = retained[name].clone()
    rows = table.reshape(-1, table.shape[-1])
    for place in range(count):
        standing, token = _standing(body, place), _token(body, place, constants)
        if not torch.equal(rows[place] + token, standing):  # else it is written as it was, to the last bit
            rows[place] = standing - token
    return {name: table}


def stand_apart(
    body: AnyTransformer, retained: Mapping[str, Tensor], roles: Roles, constants: Mapping[int, Tensor]
) -> bool:
    """Whether constant positions are still the sum of the file's rows: a sum that changed may be that of no two."""
    if "positions" not in roles:
        return False
    places = retained[roles.of["positions"]].squeeze()
    return all(
        torch.equal(places[place] + _token(body, place, constants), _standing(body, place)) for place in constants
    )


def _standing(body: AnyTransformer, place: int) -> Tensor:
    return body.positions[place] if isinstance(body, TransformerBody) else body.constants[place]


def _token(body: AnyTransformer, place: int, constants: Mapping[int, Tensor]) -> Tensor:
    if isinstance(body, TransformerBody) or place not in constants:
        return torch.zeros(body.width)
    return body.scale * constants[place]


def constant_row(body: AnyTransformer, place: int, row: Tensor) -> Tensor:
    """The embedding of the constant token at a position, where nothing else is added to it; as it was if it is that."""
    if isinstance(body, TransformerBody):
        return row if body.equals is None else body.equals
    standing = body.constants[place]
    return row if torch.equal(body.scale * row, standing) else standing / body.scale


def layers_of(body: AnyTransformer) -> list[NormedBlock]:
    """Its layers, with whatever stands around their parts."""
    if isinstance(body, TransformerBody):
        return [NormedBlock(block) for block in body.blocks]
    return list(body.blocks)


def _by_role(body: AnyTransformer) -> Iterator[tuple[str, Tensor]]:
    """Every weight of a body, [inputs, outputs], by its role; those of all heads side by side [d, h·e]."""
    for number, layer in enumerate(layers_of(body)):
        block = layer.block
        for part in "QKV":
            yield f"{number}.{part.lower()}", getattr(block, f"W_{part}").transpose(0, 1).flatten(1)
            bias = getattr(block, f"b_{part}")
            yield (
                f"{number}.{part.lower()}.bias",
                block.W_Q.new_zeros(_bias_size(block.W_Q)) if bias is None else bias.flatten(),
            )
        yield f"{number}.o", block.W_O.flatten(0, 1)
        yield from ((f"{number}.{role}", weight) for role, weight in (("in", block.W_in), ("out", block.W_out)))
        named = {"o.bias": block.b_O, "in.bias": block.b_in, "out.bias": block.b_out, "gate.bias": layer.b_gate}
        named |= {"gate": layer.W_gate}
        yield from ((f"{number}.{role}", tensor) for role, tensor in named.items() if tensor is not None)
        yield from _of_norm(f"{number}.norm1", layer.attention_norm)
        yield from _of_norm(f"{number}.norm2", layer.mlp_norm)
    yield from _of_norm("final_norm", None if isinstance(body, TransformerBody) else body.final_norm)


def _bias_size(weight: Tensor) -> int:
    return weight.shape[0] * weight.shape[2]


def _of_norm(role: str, norm: Norm | None) -> Iterator[tuple[str, Tensor]]:
    if norm is not None:
        yield from ((f"{role}.{part}", tensor) for part, tensor in norm.tensors().items())


class _Turned:
    """Brings weights into the shapes that the file's tensors have."""

    def __init__(self, retained: Mapping[str, Tensor], roles: Roles, heads: int) -> None:
        self.retained, self.roles, self.heads = retained, roles, heads
        self.input_first = input_first(retained, roles)

    def into(self, role: str, by_role: Mapping[str, Tensor]) -> Tensor:
        """The tensor of a role as the file has it."""
        like = self.retained[self.roles.of[role]]
        layer, _, kind = role.partition(".")
        fused = kind.removesuffix(".bias")
        if fused in ("qkv", "kqv"):
            suffix = kind.removeprefix(fused)
            thirds = [by_role[f"{layer}.{part}{suffix}"] for part in fused]
            return self._fused(thirds, like)
        if kind in ("q", "k", "v"):
            return self._by_head(by_role[role], like)
        if kind == "o" and like.ndim == 3:
            per_head = by_role[role].unflatten(0, (self.heads, -1))
            return per_head if like.shape[2] == self.roles.width else per_head.transpose(1, 2)
        return (
            self._matrix(by_role[role], like)
            if like.ndim == 2 and kind in MATRICES
            else by_role[role].reshape(like.shape)
        )

    def _fused(self, thirds: list[Tensor], like: Tensor) -> Tensor:
        if thirds[0].ndim == 1:
            return torch.cat(thirds).reshape(like.shape)
        if like.ndim > 2:
            return torch.stack([self._by_head(third, like[0]) for third in thirds])
        beside = torch.cat(thirds, dim=1)
        return beside.T if like.shape[1] == self.roles.width else beside

    def _by_head(self, matrix: Tensor, like: Tensor) -> Tensor:
        """[d, h·e] as heads, or as one matrix."""
        if like.ndim == 2:
            return self._matrix(matrix, like)
        per_head = matrix.unflatten(1, (self.heads, -1)).transpose(0, 1)
        return per_head if like.shape[1] == self.roles.width else per_head.transpose(1, 2)

    def _matrix(self, matrix: Tensor, like: Tensor) -> Tensor:
        if like.shape[0] == like.shape[1]:
            return matrix if self.input_first else matrix.T
        return matrix if matrix.shape == like.shape else matrix.T


MATRICES = ("o", "in", "out", "gate")
