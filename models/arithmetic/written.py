"""Whole numbers as people write them in a base: 305, 1f4, 1:2:45."""

from models.arithmetic.digits import digits_of, length_of
from models.errors import RecipeError, shown

LETTERS = "0123456789abcdef"
LONGEST = 1300  # characters of a number: as long as 4,300 bits, or less
APART = ":"  # between digits that take more than one character


def number_from(text: str, base: int) -> int:
    """The number that somebody typed: with digits of the base, those above 9 as letters up to base 16.

    Digits of larger bases are written in decimal with ":" between them; without any ":" such a number is read as
    decimal. Spaces are left out.

    Args:
        text: what was typed.
        base: of its digits, 2 to 1,024.

    Raises:
        RecipeError: it is too long, or a character or digit is none of the base.

    >>> number_from("1 000", 10), number_from("ff", 16), number_from("1:0:7", 60), number_from("75", 60)
    (1000, 255, 3607, 75)
    """
    tight = "".join(text.split()).lower()
    if not tight or len(tight) > LONGEST:
        raise RecipeError(f"A whole number of 1 to {LONGEST:,} characters is expected; found {len(tight):,}.")
    if base > len(LETTERS):
        return _of_digits([*map(_decimal, tight.split(APART))], base) if APART in tight else _decimal(tight)
    if any(letter not in LETTERS[:base] for letter in tight):
        raise RecipeError(f"{shown(text)} is no number in base {base}; expected digits among {LETTERS[:base]}.")
    return int(tight, base)


def digit_in(base: int, digit: int) -> str:
    """One digit as it is written.

    >>> digit_in(16, 11), digit_in(60, 11)
    ('b', '11')
    """
    return LETTERS[digit] if base <= len(LETTERS) else str(digit)


def written(number: int, base: int) -> str:
    """As `number_from` reads it, a minus in front where it is negative.

    >>> written(-255, 16), written(3607, 60), written(0, 10)
    ('−ff', '1:0:7', '0')
    """
    [digits] = digits_of([abs(number)], base, length_of([abs(number)], base)).tolist()
    between = "" if base <= len(LETTERS) else APART
    return ("−" if number < 0 else "") + between.join(digit_in(base, digit) for digit in reversed(digits))


def _of_digits(digits: list[int], base: int) -> int:
    if (largest := max(digits)) >= base:
        raise RecipeError(f"{shown(str(largest))} is no digit of base {base}; expected 0 to {base - 1}.")
    number = 0
    for digit in digits:
        number = number * base + digit
    return number


def _decimal(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise RecipeError(
            f'{shown(text) or "Nothing"} is no whole number; expected decimal digits, or digits with ":" between them.'
        )
    return int(text)
