"""Whose heavy work may run now: a few visitors' at a time, in the order in which they asked."""

from dataclasses import dataclass, field
from threading import Lock

from models.runtime.machine import usable_cores


@dataclass(eq=False)
class Ticket:
    """One piece of work of a visitor."""

    turns: "Turns"
    visitor: str
    is_given_back: bool = False

    @property
    def ahead(self) -> int:
        """How many other visitors' work has to end before this may run; none: it may run now."""
        return self.turns.ahead_of(self.visitor)

    def give_back(self) -> None:
        """The work has ended, or will not be done."""
        self.turns.forget(self)


@dataclass(eq=False)
class Turns:
    """A queue of visitors, of whom the first `at_once` may work.

    A visitor has one place, whatever waits under it, and comes last again once all of that is done: whoever asks for
    much lets the others in between.
    """

    at_once: int
    queue: dict[str, int] = field(default_factory=dict)  # visitors in order → how many tickets each has
    lock: Lock = field(default_factory=Lock)

    def ask(self, visitor: str) -> Ticket:
        """A ticket in the visitor's place, or in a new one at the end."""
        with self.lock:
            self.queue[visitor] = self.queue.get(visitor, 0) + 1
        return Ticket(self, visitor)

    def ahead_of(self, visitor: str) -> int:
        """See `Ticket.ahead`."""
        with self.lock:
            return max(0, list(self.queue).index(visitor) + 1 - self.at_once)

    def forget(self, ticket: Ticket) -> None:
        """See `Ticket.give_back`; a second time changes nothing."""
        with self.lock:
            if ticket.is_given_back:
                return
            ticket.is_given_back = True
            self.queue[ticket.visitor] -= 1
            if not self.queue[ticket.visitor]:
                del self.queue[ticket.visitor]


# One core is left to whoever only looks.
TURNS = Turns(max(1, usable_cores() - 1))
