"""Examples in docstrings run, and what is public says what it takes, gives and looks like in use."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import models

FINDER = doctest.DocTestFinder(exclude_empty=True)
EXAMPLES = {
    test.name: test
    for module in pkgutil.walk_packages(models.__path__, "models.")
    if not module.name.endswith("__main__")
    for test in FINDER.find(importlib.import_module(module.name))
    if test.examples
} | {test.name: test for test in FINDER.find(models) if test.examples}
FUNCTIONS = [name for name in models.__all__ if inspect.isfunction(getattr(models, name))]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_gives_what_it_says(name: str):
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(EXAMPLES[name], out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_tells_its_arguments_and_shows_its_use(name: str):
    function = getattr(models, name)
    text = inspect.getdoc(function) or ""
    assert "\n>>> " in f"\n{text}", "Expected an example that runs."
    taken = [each for each in inspect.signature(function).parameters if each != "self"]
    if name != "walk_waves":  # which takes what `pair_waves` takes, and says so
        assert "Args:" in text
        assert [each for each in taken if each not in text] == []


def test_there_are_examples_of_every_public_function():
    assert len(FUNCTIONS) > 25
    assert set(FUNCTIONS) <= {name.rpartition(".")[2] for name in EXAMPLES}
