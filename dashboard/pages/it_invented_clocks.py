"""It invented clocks: how did it learn that?"""

import streamlit as st

from dashboard.components.film import show_film
from dashboard.components.grok import grok_data, sent_network, show_grok
from dashboard.components.heading import show_heading
from dashboard.navigation import entry_of
from dashboard.session.live_network import open_live_network
from dashboard.session.state import session


def take_network() -> None:
    """The visitor wants to turn what came out: it is opened, and Turn it is next."""
    session().page_asked = "play.py" if open_live_network(sent_network()) else ""


@st.fragment
def show_run() -> None:
    """The run, in the browser."""
    if file := session().page_asked:  # a callback itself cannot leave the page
        session().page_asked = ""
        st.switch_page(entry_of(file).path)
    show_grok(grok_data(session().live, session().live_refused), take_network)


show_heading(
    "How did it learn that?",
    "A network of noise is shown some of all sums, here in your browser. It memorises them first; then its neurons "
    "find frequencies, which lay the numbers out on circles, and it knows sums that it never saw.",
)
show_run()
with st.expander("What is built in, and what is not"):
    st.markdown(
        "A number has a weight for each of 256 neurons in one table; a neuron squares the sum of a's and b's, and a "
        "readout makes a logit for every answer of the squares: (W[a] + W[b])²·U, 57,856 weights at mod 113. Built "
        "in are two things: a and b are treated alike, so a sum that is shown tells its mirror b + a too, which is why "
        "*never shown* means in neither order; and x² makes products of the two numbers' weights. No frequency, cosine "
        "or circle is built in. The weights begin as noise from the seed; each step follows the loss of all pairs that "
        "are shown (AdamW, rate 0.1 falling over 40 steps). The weight decay is strong: with 2, the first steps forget "
        "a fifth of every weight, so that what only memorises fades. So fast a run keeps many frequencies; slow "
        "training keeps a few. *Shuffled answers* is the control: the same run where each pair has the answer of "
        "another; what is shown is memorised, and nothing is known of the rest."
    )

st.header("The same, slowly", anchor=False)
st.markdown(
    "Trained as in the papers, a transformer takes thousands of steps, and ends with a few frequencies. This is such a "
    "run, filmed: the recipe and the seed of the transformer that comes with Clockwork. Beside it, at every moment, "
    "the same surgery: tables re-cut for another modulus, body untouched, to show from when on a body carries."
)
st.fragment(show_film)()
