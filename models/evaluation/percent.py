"""Percentages as people read them: the same on the command line, on the page and in the browser (pure/percent.js)."""


def percent(fraction: float, digits: int = 2) -> str:
    """A fraction as a percentage that reads 100% only when nothing is missing, and 0% only when nothing is there.

    >>> percent(1.0), percent(0.99999), percent(0.5), percent(0.00001), percent(0.0)
    ('100%', '99.99%', '50.00%', '< 0.01%', '0%')
    """
    if fraction in (0, 1):
        return f"{100 * fraction:.0f}%"
    shown = f"{100 * fraction:.{digits}f}"
    if float(shown) == 100:
        return f"{100 - 10**-digits:.{digits}f}%"
    if float(shown) == 0:
        return f"< {10**-digits:.{digits}f}%"
    return f"{shown}%"
