"""One small network of every layout and kind: what the fuzzer begins with. A new layout joins by a line here."""

from functools import cache

from torch import Tensor

from models.formats.registry import LAYOUTS
from models.network import Network
from tests.layouts import LAYOUTS as LAYOUTS_OF_OTHERS
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, random_network
from tests.oscillators import OscillatorShape, random_oscillators


@cache
def example_networks() -> tuple[Network, ...]:
    """Networks that between them are in every layout of the registry."""
    transformers = (
        Shape(),
        Shape(attention_biases=True, unembedding_bias=True, equals_column=True, constants=True, layers=2),
        Shape(layout="nanda"),
        Shape(layout="nanda", equals_column=True, constants=True),
        Shape(layout="zhong", equals=False, mask="none", constants=True),
        Shape(layout="zhong", equals=False, mask="none", separate_tables=True, equals_column=True, coefficient=0.25),
        Shape(equals=False),
    )
    mlps = (
        MlpShape(combination="concat", shared=False, layout="chughtai_mlp"),
        MlpShape(layers=0, layout="he"),
        MlpShape(layers=1, layout="he", activation="gelu"),
        MlpShape(layers=2, biases=True, layout="clockwork"),
        MlpShape(layers=1, biases=True, layout="zhong_linear"),
        MlpShape(layers=2, biases=True, first_bias="twice", layout="zhong_linear"),
        MlpShape(combination="concat", biases=True, layout="zhong_linear"),
        MlpShape(shared=False, biases=True, layout="zhong_linear"),
        MlpShape(layers=2, biases=True, unembedding_bias=True, layout="plain_mlp"),
        MlpShape(shared=False, combination="concat", activation="tanh", layout="plain_mlp"),
        MlpShape(layers=0, shared=False, layout="plain_mlp"),
    )
    return (
        *map(random_network, transformers),
        *map(random_mlp, mlps),
        random_oscillators(OscillatorShape(kind="both", coupled=True, shared=False)),
        random_oscillators(OscillatorShape(alike=True)),
        hand_built(11, (1, 3)),
        *(layout.network() for layout in LAYOUTS_OF_OTHERS),
        *(
            hand_built_mlp(11, (1, 3), layout)
            for layout in ("he", "chughtai_mlp", "clockwork", "zhong_linear", "plain_mlp")
        ),
    )


@cache
def example_states() -> tuple[dict[str, Tensor], ...]:
    """Their state dicts, as their layouts write them."""
    return tuple(LAYOUTS[network.layout.name].write(network) for network in example_networks())
