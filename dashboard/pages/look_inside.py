"""Look inside: how does it do it? The spectrum view."""

import streamlit as st

from dashboard import cache, wording
from dashboard.components.chart import show_chart
from dashboard.components.heading import show_heading
from dashboard.plots.clock import clock_figure, sinusoid_figure
from dashboard.plots.spectrum import gap_figure, spectrum_figure
from dashboard.state import bench, current
from dashboard.tables import spectrum_csv
from dashboard.theme import colours_of, current_ink

TRAINED, OPERATED = "as trained", "after surgery"
TABLES = {"E, operand a": "a", "E, operand b": "b", "readout U": "U"}

opened, here, ink = current(), bench(), current_ink()
keys = cache.keys(opened.network)
colours = colours_of(keys.frequencies, ink)

show_heading(
    "How does it do it?",
    "Each table of the network is a bundle of waves over the numbers. A few **key frequencies** hold nearly all of "
    "the power: they are the clocks that the network adds on.",
)
which = st.segmented_control("Tables", [TRAINED, OPERATED], default=TRAINED, required=True)
if which == OPERATED:
    st.info(
        f"These tables are **set by surgery**: what you see is what was written for mod {here.recipe.modulus}, "
        "not evidence. Neurons, logits and accuracy are evidence."
    )
    network = cache.operated(opened.network, here.recipe)
    shown = {target: colours[k] for k, target in here.recipe.landed.items() if k in colours}
else:
    network, shown = opened.network, colours

found = cache.inspection(opened.network)
left, middle, right, last = st.columns(4)
left.metric("Key frequencies", ", ".join(map(str, keys.frequencies[:8])) + (" …" if len(keys.frequencies) > 8 else ""))
middle.metric("of the embedding's power", wording.percent(found.embedding_share, 1))
right.metric("of the readout's power", wording.percent(found.unembedding_share, 1))
last.metric("of the neuron–logit map's", wording.percent(found.neuron_logit_share, 1))

st.header("Spectrum", anchor=False)
logarithmic = st.toggle("Logarithmic")
spectra = cache.spectra(network)
suffix = f", mod {network.modulus}" + (" (set by surgery)" if which == OPERATED else "")
show_chart(
    spectrum_figure(spectra, shown, ink, logarithmic=logarithmic, title=f"Share of power by frequency{suffix}"),
    key="spectrum",
    alt="Bars of the share of power at each frequency for embedding, readout and neuron–logit map",
)
st.caption("Solid: cosine part. Hatched: sine part. The constant is left out; hover for values.")
st.download_button(
    "Spectra (.csv)", spectrum_csv(spectra), file_name=f"spectra-mod-{network.modulus}.csv", on_click="ignore"
)
if which == TRAINED:
    show_chart(gap_figure(keys, colours, ink), key="gap", alt="Strength of every frequency, threshold and gap")
    st.caption(
        "A frequency is key when √(share in E · share in U) reaches a quarter of the largest. The band is the gap "
        "between the weakest kept and the strongest dropped; without a gap, the choice is unclear."
    )

st.header("One frequency as a clock", anchor=False)
if not shown:
    st.info("No dial stands at a whole frequency, so there is no clock to draw. Reset the dials on Play.")
    st.stop()
one, two = st.columns(2)
frequency = one.selectbox("Frequency", sorted(shown))
table = two.selectbox("Table", list(TABLES))
plane = cache.plane(network, TABLES[table], frequency)
clock, sinusoid = st.columns([2, 3])
with clock:
    show_chart(
        clock_figure(plane, shown[frequency], ink, title=f"The numbers in the plane of k = {frequency}"),
        key="clock",
        alt=f"All numbers placed in the plane of frequency {frequency}, joined in the order of the hand",
    )
with sinusoid:
    show_chart(
        sinusoid_figure(plane, shown[frequency], ink, title=f"The wave of k = {frequency} through the table"),
        key="sinusoid",
        alt=f"The table's values along one direction with the sinusoid of frequency {frequency}",
    )
    explained = wording.percent(plane.share_of_first)
    st.caption(f"Dots: values in the table. Line: the sinusoid, which explains {explained} of them.")
