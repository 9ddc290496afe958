"""The bundled networks and their cards."""

from argparse import ArgumentParser, Namespace

from models import zoo
from models.commands.terminal import print_json, print_text


def add_arguments(parser: ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="print one JSON object: name → card")


def run(options: Namespace) -> int:
    """List the zoo; exit 0."""
    cards = {name: zoo.card(name) for name in zoo.names()}
    if options.json:
        print_json(cards)
    else:
        for name, card in cards.items():
            print_text(f"{name}: {card['about']}\n    made by {card['command']}")
    return 0
