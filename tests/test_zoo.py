import pytest
from torch.nn.functional import cross_entropy

from models import zoo
from models.circuits.spectra import key_frequencies
from models.errors import CheckpointError
from models.evaluation import evaluate

NAMES = zoo.names()


def test_the_zoo_is_not_empty():
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_card_tells_what_its_network_scores(name: str):
    network, card = zoo.load(name), zoo.card(name)
    assert card["digest"] == network.digest
    assert card["accuracy"] == evaluate(network).counts.accuracy
    assert card["key_frequencies"] == list(key_frequencies(network).frequencies)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_tells_the_losses_of_its_network(name: str):
    network, card = zoo.load(name), zoo.card(name)
    # Float32 logits of order 50 differ by 1e-5 between machines, and so does the loss, relatively.
    train, test = network.task.split(card["fraction"], card["seed"])
    a, b = (operand[train] for operand in network.task.pairs())
    trained = float(cross_entropy(network.logits(a, b).double(), network.task.answers(a, b)))
    assert card["train_loss"] == pytest.approx(trained, rel=1e-3)
    a, b = (operand[test] for operand in network.task.pairs())
    logits, answers = network.logits(a, b).double(), network.task.answers(a, b)
    assert card["test_loss"] == pytest.approx(float(cross_entropy(logits, answers)), rel=1e-3)
    assert card["test_accuracy"] == float((logits.argmax(1) == answers).double().mean())


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_how_its_network_was_made(name: str):
    card = zoo.card(name)
    assert card["about"]
    assert card["file"] == zoo.path_of(name).name
    assert card["command"].startswith("python -m models train ")


def test_a_name_that_is_not_in_the_zoo_is_told_what_is():
    with pytest.raises(CheckpointError, match=f"neither a file nor in the zoo; the zoo holds {', '.join(NAMES)}"):
        zoo.path_of("elephant")
