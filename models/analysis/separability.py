"""What no setting of a network's dials can do, known before anything is counted."""

from models.groups import Group


def impossible_because(group: Group, dials: int) -> str:
    """Why so many dials cannot tell the elements of a group apart; nothing where they can.

    Characters tell all elements apart only if they generate all characters, which takes as many as the group's rank.
    With fewer, two elements c and c + δ get the same waves whatever the setting, so that every pair is a tie at best.

    >>> from models.groups import Product
    >>> impossible_because(Product((2, 2)), 2)
    ''
    >>> impossible_because(Product((2, 2, 2)), 2)
    '2 dials cannot tell the 8 elements of 2x2x2 apart: its rank is 3, so it takes 3 dials. No pair can be right.'
    """
    if dials >= group.rank:
        return ""
    return (
        f"{dials} dial{'' if dials == 1 else 's'} cannot tell the {group.order:,} elements of {group} apart: its rank "
        f"is {group.rank}, so it takes {group.rank} dials. No pair can be right."
    )
