"""Bring yours: what is in my file?"""

import streamlit as st

from dashboard import cache, wording
from dashboard.components.budget import show_withdrawal
from dashboard.components.certificate import show_certificate_check
from dashboard.components.heading import show_heading
from dashboard.components.interpretation import show_reading
from dashboard.components.keys import show_key_frequencies
from dashboard.components.proof import show_proof
from dashboard.components.sample import show_sample
from dashboard.components.training import show_training
from dashboard.components.uploads import show_drop_zone, show_opened
from dashboard.foreign_text import in_markdown
from dashboard.session.budget import is_within_budget
from dashboard.session.state import Opened, current
from dashboard.wording import verdict_sentence
from models import zoo
from models.formats.registry import LAYOUTS, network_to_bytes, suffixes_of

show_heading(
    "What is in my file?",
    "Drop checkpoints of networks that add; those of one training open as one run. They are read as plain "
    "numbers (nothing in them is ever run), are kept in memory only, never on disk, and no other visitor sees them.",
)
show_drop_zone()
show_opened()
MOST_CLAIMS = 30  # of what a file says of itself


def show_hyperparameters(opened: Opened) -> None:
    """The verdict with its figures, and what was read."""
    show_withdrawal(opened)
    with st.spinner("Counting all pairs …"):
        found = cache.inspection(opened.network)
    counts = found.evaluation.counts
    rules = opened.interpretation.rules
    if rules and rules.named:
        computes = f"It computes {in_markdown(rules.named.shown)} mod {opened.network.modulus}, which is no sum."
        st.header(computes, anchor=False)
    else:
        st.header(verdict_sentence(found), anchor=False)
    one, two, three, four = st.columns(4)
    of_sums = "Pairs right as a + b" if rules else "Pairs right"
    one.metric(of_sums, wording.percent(counts.accuracy), help=wording.counted(counts))
    two.metric(
        "Half-step test",
        wording.percent(found.half_step_accuracy, 1),
        help="(a+½) + (b+½) ≡ a+b+1 (mod p), at angles never trained on",
    )
    show_key_frequencies(three, found.keys.frequencies, opened.network.modulus)
    four.metric("Loss, all pairs", f"{found.loss:.3g} nats", help="mean cross-entropy over all pairs, in float64")
    show_proof(found)
    show_reading(opened)
    network, counted_as = opened.network, "Counted as" if rules else "Operation"
    rows = {
        "Layout": LAYOUTS[network.layout.name].TITLE,
        counted_as: f"{network.layout.hyperparameters.operation} mod {network.modulus}, all {counts.pairs:,} pairs",
        "Gap below the key frequencies": f"{found.keys.gap:.2f} of the strongest",
        "Power at the key frequencies": f"embedding {wording.percent(found.embedding_share, 1)}, "
        f"readout {wording.percent(found.unembedding_share, 1)}, "
        f"neuron–logit map {wording.percent(found.neuron_logit_share, 1)}",
        "Digest": network.digest[:16],
    }
    if opened.uploaded:
        rows["SHA-256 of the file"] = opened.file_digest[:16]
    else:
        rows["Made by"] = zoo.card(opened.name)["command"]
    st.table({"of the file": list(rows), "found": list(rows.values())}, hide_index=True)
    show_claims(opened)
    suffix = suffixes_of(network)[0]
    st.download_button(
        f"Download as {suffix.removeprefix('.')}",
        data=lambda: network_to_bytes(network, suffix, opened.metadata),
        file_name=f"{opened.stem}{suffix}",
        on_click="ignore",
    )


def show_claims(opened: Opened) -> None:
    """What a file says of itself, apart from what was measured: anybody may have written it."""
    said = sorted(opened.metadata.items())
    if not said:
        return
    own = {True: " Its digest there is that of these weights.", False: " Its digest there is another's.", None: ""}
    st.caption(f"Claimed by the file's metadata, which anybody can write.{own[opened.digest_claimed]}")
    names, texts = zip(*((in_markdown(name), in_markdown(text)) for name, text in said[:MOST_CLAIMS]), strict=True)
    st.table({"name": names, "text": texts}, hide_index=True)
    if len(said) > MOST_CLAIMS:
        st.caption(f"{len(said) - MOST_CLAIMS:,} more are not shown.")


if is_within_budget(current()):
    show_hyperparameters(current())
    show_certificate_check(current())
else:
    show_sample(current())
show_training(current())
