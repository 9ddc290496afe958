"""Whose heavy work may run, and in which order."""

from dashboard.turns import TURNS, Turns
from models.runtime.machine import usable_cores


def test_the_first_who_ask_work_and_the_others_hear_how_many_come_first():
    turns = Turns(at_once=2)
    tickets = [turns.ask(visitor) for visitor in ("ada", "emmy", "sofia", "maryam")]
    assert [ticket.ahead for ticket in tickets] == [0, 0, 1, 2]
    tickets[1].give_back()
    assert [ticket.ahead for ticket in (tickets[0], *tickets[2:])] == [0, 0, 1]


def test_a_visitor_has_one_place_whatever_waits_under_it():
    turns = Turns(at_once=1)
    first, other, again = turns.ask("ada"), turns.ask("emmy"), turns.ask("ada")
    assert [first.ahead, other.ahead, again.ahead] == [0, 1, 0]
    first.give_back()
    assert [other.ahead, again.ahead] == [1, 0]
    again.give_back()
    assert other.ahead == 0


def test_who_comes_again_comes_last():
    turns = Turns(at_once=1)
    first, second, third = (turns.ask(visitor) for visitor in ("ada", "emmy", "sofia"))
    first.give_back()
    once_more = turns.ask("ada")
    assert [second.ahead, third.ahead, once_more.ahead] == [0, 1, 2]


def test_what_waits_can_be_given_back_and_twice_does_no_harm():
    turns = Turns(at_once=1)
    first, second, third = (turns.ask(visitor) for visitor in ("ada", "emmy", "sofia"))
    second.give_back()
    second.give_back()
    assert [first.ahead, third.ahead] == [0, 1]


def test_one_core_is_left_to_those_who_only_look():
    assert TURNS.at_once == max(1, usable_cores() - 1)
