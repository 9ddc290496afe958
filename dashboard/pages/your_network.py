"""Your network: what is in my file?"""

import streamlit as st

from dashboard import cache, wording
from dashboard.components.heading import show_heading
from dashboard.components.picker import show_picker
from dashboard.state import UPLOAD, Opened, choose_fresh, current, open_upload
from dashboard.verdicts import verdict_sentence
from models import zoo
from models.errors import CheckpointError
from models.formats.registry import LAYOUTS, network_to_bytes

show_heading(
    "What is in my file?",
    "Drop a checkpoint of a network that adds. It is read as plain numbers (nothing in it is ever run), is kept in "
    "memory only, never on disk, and no other visitor sees it.",
)
upload = st.file_uploader(
    f"Checkpoint: .pt, .pth, .safetensors or .npz, up to {UPLOAD.file_mb} MB",
    type=["pt", "pth", "safetensors", "npz"],
    max_upload_size=UPLOAD.file_mb,
)
if upload is not None and choose_fresh(upload.file_id):
    try:
        with st.spinner("Opening …"):
            open_upload(upload.getvalue(), upload.name)
        st.session_state.upload_error = None
    except CheckpointError as error:
        st.session_state.upload_error = str(error)
    st.rerun()  # the sidebar, drawn before this page, lists what was opened
if upload is not None and st.session_state.get("upload_error"):
    st.error(f"{st.session_state.upload_error} The network in use is still **{current().name}**.")
show_picker("Or choose one that is open", key="network_on_page")


def show_facts(opened: Opened) -> None:
    """The verdict with its figures, and what was read."""
    with st.spinner("Counting all pairs …"):
        found = cache.inspection(opened.network)
    counts = found.evaluation.counts
    st.subheader(verdict_sentence(found), anchor=False)
    one, two, three, four = st.columns(4)
    one.metric("Pairs right", wording.percent(counts.accuracy), help=wording.counted(counts))
    two.metric(
        "Half-step test",
        wording.percent(found.half_step_accuracy, 1),
        help="(a+½) + (b+½) = a+b+1, at angles never trained on",
    )
    three.metric("Key frequencies", ", ".join(map(str, found.keys.frequencies[:8])))
    four.metric("Loss, all pairs", f"{found.loss:.3g} nats", help="mean cross-entropy over all pairs, in float64")
    network = opened.network
    rows = {
        "Layout": LAYOUTS[network.layout.name].TITLE,
        "Operation": f"a + b mod {network.modulus}, all {counts.pairs:,} pairs",
        "Read as": ", ".join(f"{name} {value}" for name, value in network.body.reading.items()),
        "Gap below the key frequencies": f"{found.keys.gap:.2f} of the strongest",
        "Power at the key frequencies": f"embedding {wording.percent(found.embedding_share, 1)}, "
        f"readout {wording.percent(found.unembedding_share, 1)}, "
        f"neuron–logit map {wording.percent(found.neuron_logit_share, 1)}",
        "Digest": network.digest[:16],
    }
    rows |= {name.removeprefix("clockwork_"): value for name, value in opened.metadata.items()}
    if not opened.uploaded:
        rows["Made by"] = zoo.card(opened.name)["command"]
    st.table({"": list(rows), "found": list(rows.values())}, hide_index=True)
    st.download_button(
        "Download as safetensors",
        data=lambda: network_to_bytes(network, ".safetensors", opened.metadata),
        file_name=f"{opened.name.rsplit('.', 1)[0]}.safetensors",
        on_click="ignore",
    )


show_facts(current())
