"""What a graph's operators tell before anything is computed: its unembedding, its tables, its neurons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.bodies.graph.nodes import Graph, GraphError, Node, needed_for, reached_from
from models.bodies.graph.operators import MOVING, OPERATORS
from models.bodies.graph.plan import Neurons

BLIND = ("Shape", "Size")  # they see shapes and no values
LOOKUPS = ("Gather", "GatherND")
OF_TWO = ("Add", "Equal", "Gather", "GatherND", "Gemm", "MatMul", "OneHot")  # that are looked at before a first pass
PRODUCTS = ("MatMul", "Gemm", "Einsum")
MOVES = {*MOVING, "Cast"} - {"Concat", *LOOKUPS, "GatherElements", "Expand", "Tile", "Trilu"}
ACTIVATIONS = {"Relu": "relu", "Gelu": "gelu", "Swish": "silu", "Tanh": "tanh", "Erf": "gelu"}
LONGEST_WALK = 64  # nodes


@dataclass(frozen=True, eq=False)
class Wiring:
    """Who makes and who takes each value, and what depends on the tokens."""

    graph: Graph
    maker: Mapping[str, Node]
    takers: Mapping[str, tuple[Node, ...]]
    live: frozenset[str]  # depends on what is fed, be it on its shape alone
    seeing: frozenset[str]  # depends on the values of what is fed

    def constant(self, name: str) -> bool:
        """The same whatever is fed."""
        return name not in self.live


def wiring_of(graph: Graph) -> Wiring:
    """Of what the logits of a graph take, whose operators are all known. Raises GraphError naming one that is not."""
    graph = replace(graph, nodes=needed_for(graph.nodes, [graph.output]))
    for node in graph.nodes:
        if node.operator not in OPERATORS:
            raise GraphError(
                f"uses the operator {node.operator[:60]!a}, which is not computed here; expected one of "
                f"{len(OPERATORS)} that trained networks are made of. Export the model with opset_version=18, or "
                "without it"
            )
        least = 2 if node.operator in OF_TWO else 1
        if not all(node.inputs[:least]) or len(node.inputs) < least or not _has_equation(node):
            raise GraphError(f"cannot be computed: its {node.shown} does not say what it takes")
    takers: dict[str, tuple[Node, ...]] = {}
    for node in graph.nodes:
        for name in {*node.inputs}:
            takers[name] = (*takers.get(name, ()), node)
    fed = [port.name for port in graph.inputs]
    maker = {name: node for node in graph.nodes for name in node.outputs if name}
    live, seeing = reached_from(graph.nodes, fed), reached_from(graph.nodes, fed, BLIND)
    return Wiring(graph, maker, takers, frozenset(live), frozenset(seeing))


def _has_equation(node: Node) -> bool:
    return node.operator != "Einsum" or isinstance(node.attributes.get("equation"), str)


@dataclass(frozen=True, eq=False)
class Ending:
    """The product that makes the logits, and what stands behind it."""

    node: Node
    vector: str
    matrix: str
    product: str
    tail: tuple[Node, ...]  # in order, with what makes their constants
    adds: tuple[Node, ...]  # of the tail: those that add a bias
    borrowed: tuple[str, ...]  # what they take that depends on the shape of what is fed


def ending_of(wiring: Wiring) -> Ending:
    """Walks back from the logits through moves, a bias and a softmax. Raises GraphError where no product comes."""
    name, tail, adds, graph = wiring.graph.output, list[Node](), list[Node](), wiring.graph
    for _ in range(LONGEST_WALK):
        node = wiring.maker.get(name)
        if node is None:
            break
        if is_weighing(wiring, node):
            return _ending(wiring, node, name, tail, adds)
        tail.append(node)
        ends = node.operator in ("Softmax", "LogSoftmax") and not any(each.operator not in MOVES for each in tail[:-1])
        if ends or node.operator in MOVES or (node.operator == "Gather" and wiring.constant(node.inputs[1])):
            name = node.inputs[0]
        elif node.operator == "Add" and sum(map(wiring.constant, node.inputs)) == 1:
            adds.append(node)
            name = node.inputs[1 if wiring.constant(node.inputs[0]) else 0]
        else:
            break
    found = "an input" if node is None else f"the operator {node.operator}"
    raise GraphError(
        f"has no unembedding that could be found: going back from its first output {graph.output[:60]!a}, {found} "
        "comes before any product with a matrix of weights. Export the logits, or their softmax, as the first output"
    )


def _ending(wiring: Wiring, node: Node, product: str, tail: list[Node], adds: list[Node]) -> Ending:
    path = {product, *(name for each in tail for name in each.outputs)}
    aside = {name for each in tail for name in each.inputs if name and name not in path}
    borrowed = tuple(sorted(name for name in aside if not wiring.constant(name)))
    constant = [each for each in wiring.graph.nodes if wiring.constant(each.outputs[0])]
    makers = needed_for(constant, aside)
    return Ending(node, node.inputs[0], node.inputs[1], product, (*makers, *reversed(tail)), tuple(adds), borrowed)


def is_weighing(wiring: Wiring, node: Node) -> bool:
    """Whether it is a product with a matrix of weights from the right."""
    of_two = node.operator in PRODUCTS and all(node.inputs[:2]) and len(node.inputs) > 1
    return of_two and wiring.constant(node.inputs[1]) and is_matrix_product(node)


def is_matrix_product(node: Node) -> bool:
    """Whether a product's last axis of the left is the first of the right, and the right one's other axis is last."""
    if node.operator == "Gemm":
        return not node.attributes.get("transA", 0) and float(node.attributes.get("alpha", 1.0)) == 1.0
    if node.operator != "Einsum":
        return True
    taken, _, made = node.attributes["equation"].replace(" ", "").partition("->")
    left, _, right = taken.partition(",")
    return len(right) == 2 and left[-1:] == right[0] and made == left[:-1] + right[1] and right[1] not in left


def table_nodes(wiring: Wiring) -> tuple[Node, ...]:
    """Nodes that may read tokens out of a table: by their numbers, or as products with one-hot vectors."""
    coded = {port.name for port in wiring.graph.inputs if port.kind == "real"}
    found = []
    for node in wiring.graph.nodes:
        if node.operator in ("OneHot", "Equal") and wiring.seeing & {*node.inputs}:
            coded.add(node.outputs[0])
        elif node.operator in {*MOVES, "Add", "Sum", "ReduceSum", "Concat"} and coded & {*node.inputs}:
            of_others = [name for name in node.inputs if name not in coded and name in wiring.seeing]
            coded |= {*node.outputs} if not of_others else set()
        numbered = node.operator in LOOKUPS and node.inputs[1] in wiring.seeing and wiring.constant(node.inputs[0])
        if numbered or (node.inputs[0] in coded and is_weighing(wiring, node)):
            found.append(node)
    return tuple(found)


def neurons_of(wiring: Wiring, ending: Ending) -> Neurons | None:
    """The last activation between two products with weights; None where there is none."""
    for node in reversed(wiring.graph.nodes):
        if node.operator not in ACTIVATIONS or node.outputs[0] not in wiring.seeing:
            continue
        received = _pre_of(wiring, node)
        active, out = _active_of(wiring, node.outputs[0], ending)
        if received and active and _comes_from_product(wiring, received):
            tanh = node.operator == "Gelu" and node.attributes.get("approximate", "none") == "tanh"
            return Neurons(received, active, out, "gelu-tanh" if tanh else ACTIVATIONS[node.operator])
    return None


def _pre_of(wiring: Wiring, node: Node) -> str:
    """What an activation receives; of an error function within a GELU, what that is of."""
    received = node.inputs[0]
    scaled = wiring.maker.get(received)
    if node.operator == "Erf" and scaled and scaled.operator in ("Div", "Mul"):
        return next((name for name in scaled.inputs if name in wiring.live), "")
    return received


def _active_of(wiring: Wiring, name: str, ending: Ending) -> tuple[str, str]:
    """What neurons answer, and the name of the product that takes it; empty where it goes elsewhere."""
    for _ in range(LONGEST_WALK):
        if name == ending.vector:
            return name, ""
        takers = [node for node in wiring.takers.get(name, ()) if node.operator not in BLIND]
        product = next((node for node in takers if node.inputs[0] == name and is_weighing(wiring, node)), None)
        if product is not None:
            return name, product.outputs[0]
        onward = [node for node in takers if node.operator in ("Add", "Mul", *MOVES)]
        residual = bool(onward) and onward[0].operator == "Add" and not any(map(wiring.constant, onward[0].inputs))
        if len(takers) != 1 or not onward or residual:
            return "", ""
        name = onward[0].outputs[0]
    return "", ""


def _comes_from_product(wiring: Wiring, name: str) -> bool:
    """Whether a value is a product with weights or a row of a table, moved and with something constant added."""
    for _ in range(LONGEST_WALK):
        node = wiring.maker.get(name)
        if node is None:
            return False
        if is_weighing(wiring, node) or node.operator in LOOKUPS:
            return True
        if node.operator not in {*MOVES, "Add", "Sum", "ReduceSum"}:
            return False
        name = next((each for each in node.inputs if each in wiring.live), "")
    return False
