"""A certificate held against the network in use, by the same check as on the command line."""

import streamlit as st

from dashboard import cache
from dashboard.foreign_text import in_markdown
from dashboard.session.certificates import (
    CERTIFICATE_MB,
    SAMPLE,
    certificate_of_upload,
    forget_certificate,
    recount_certificate,
)
from dashboard.session.cleanup import forget_bytes
from dashboard.session.state import Opened, OpenedCertificate, session
from models.errors import ClockworkError
from models.evaluation.certificate import Certificate
from models.experiment.certificate_check import Checked


def show_certificate_check(opened: Opened) -> None:
    """The place to drop a certificate, and whether it holds of the network in use."""
    st.header("Does a certificate hold?", anchor=False)
    _show_place()
    seen = session().certificate
    if seen is None:
        return
    with st.container(border=True, key="certificate"):
        found = _show_check(opened, seen)
        with st.container(horizontal=True):
            if found and found.sampled:
                digest = opened.network.digest
                st.button("Recount all pairs", key="recount", on_click=recount_certificate, args=(digest,))
            st.button("Forget it", key="forget certificate", on_click=forget_certificate)


def _show_place() -> None:
    here = session()
    upload = st.file_uploader(
        f"A certificate of *Turn it* or of the command line, a .json of up to {CERTIFICATE_MB} MB: it is checked "
        "against the network in use",
        max_upload_size=CERTIFICATE_MB,
        key=f"certificate {here.certificates}",  # a new one after every drop, as for checkpoints
    )
    if upload is not None:
        here.certificate = certificate_of_upload(upload.name, upload.getvalue())
        here.certificates += 1
        forget_bytes([upload])
        st.rerun()


def _show_check(opened: Opened, seen: OpenedCertificate) -> Checked | None:
    """What a certificate says, and what was found; nothing where it cannot be checked."""
    said = seen.said
    if said is None:
        st.error(in_markdown(seen.error))
        return None
    st.markdown(
        f"**{in_markdown(seen.name)}** says: mod {said.modulus:,}, readout {in_markdown(said.readout)}, "
        f"{said.right:,} of {said.pairs:,} pairs right, {said.undecided:,} undecided, {said.wrong:,} wrong."
    )
    recounted = seen.recounted_for == opened.network.digest
    try:
        with st.spinner("Recounting all pairs …" if recounted else "Looking at some pairs …"):
            found = cache.certificate_checked(opened.network, said, None if recounted else SAMPLE)
    except ClockworkError as error:
        st.error(f"It cannot be checked against **{in_markdown(opened.title)}**: {in_markdown(str(error))}")
        return None
    _show_verdict(in_markdown(opened.title), said, found)
    _show_differences(found)
    return found


def _show_verdict(name: str, said: Certificate, found: Checked) -> None:
    """Holds, does not, or nothing known yet: a sample is never shown as more than it is."""
    if not found.looked_at:
        st.error(f"Does not hold of **{name}**: {_about_another(said)}")
    elif found.differs:
        few = "one thing differs" if len(found.differs) == 1 else f"{len(found.differs)} things differ"
        st.error(f"Does not hold of **{name}**: {few}.")
    elif found.sampled:
        st.info(
            f"Nothing speaks against it so far: a quick look at {found.looked_at:,} random pairs of **{name}**, drawn "
            f"from all {found.pairs:,}. Whether counts, margin and bounds hold, only a recount of all pairs tells."
        )
    else:
        st.success(
            f"Holds of **{name}**: all {found.pairs:,} pairs were recounted by plain float64 forward passes with "
            "proven bounds, and what it says is so."
        )


def _show_differences(found: Checked) -> None:
    """Each with what was expected and what was found; then what else is to be known of the check."""
    if found.differs:
        rows = ((each.field, str(each.said), str(each.found)) for each in found.differs)
        fields, said, instead = ([in_markdown(text) for text in column] for column in zip(*rows, strict=True))
        st.table({"field": fields, "it says": said, "found": instead}, hide_index=True)
    for remark in found.remarks:
        st.caption(in_markdown(remark))


def _about_another(said: Certificate) -> str:
    """Which of the opened networks a certificate is about, where one is."""
    digests = {said.source_digest, said.operated_digest}
    about = next((each for each in session().opened.values() if each.network.digest in digests), None)
    if about is None:
        return "it is about another one. Open that, as it was before the operation or after it, and read as it was."
    return f"it is about **{in_markdown(about.title)}**. Choose that as the network in use."
