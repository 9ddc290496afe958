"""An executor without processes: each task runs where it is asked for."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class InThisProcess(Executor):
    """Runs each task at once, in the caller's process and thread."""

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """The task's future, which is done already."""
        future: Future[Any] = Future()
        try:
            future.set_result(task(*arguments, **options))
        except Exception as error:  # as executors do: it is raised where the result is asked for
            future.set_exception(error)
        return future
