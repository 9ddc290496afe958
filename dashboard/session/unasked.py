"""Work that a page begins by itself, so that it opens with results: what is light, once in a visit of the page.

It goes on in runs of its fragment alone, so that the page is whole from the first showing on, and nothing that is
pressed elsewhere on it is lost.
"""

from collections.abc import Callable, Hashable

import streamlit as st

from dashboard import cache
from dashboard.jobs import Work, is_whole_run
from dashboard.session.state import session
from models.network import Network

ALLOWED = True  # tests look at pages that stand still
WAKING_SECONDS = 0.3  # after which the browser asks for the fragment of such work


def begin_unasked(network: Network, work: Work) -> None:
    """Begin, unless there is such a job, one was stopped or failed in this visit, or the network is a large one."""
    jobs, key = session().jobs, (work.kind, work.owner)
    if ALLOWED and jobs.of(*key) is None and key not in jobs.ended and cache.seconds_in_turn(network) is None:
        jobs.start(work, alone=True)


def show_in_fragment(show: Callable[[], None], kind: str, owner: Hashable) -> None:
    """Show what work fills, and have the browser ask for it again while there is some.

    So does work that was asked for while the whole page was run, as by a press before the page was made: a whole run
    that went on with it would begin again before it came to what stands below.
    """
    job = session().jobs.going(kind, owner)
    if job and ALLOWED and is_whole_run():
        job.goes_on_alone = True
    st.fragment(show, run_every=WAKING_SECONDS if job and job.goes_on_alone else None)()
