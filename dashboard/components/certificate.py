"""A certificate held against the network in use, by the same check as on the command line."""

import streamlit as st

from dashboard import cache
from dashboard.foreign_text import in_markdown
from dashboard.visit.certificates import CERTIFICATE_MB, SAMPLE, certificate_of_upload
from dashboard.visit.departures import forget_bytes
from dashboard.visit.state import Opened, OpenedCertificate, session
from models.certificate import Certificate
from models.certificate_check import Checked
from models.errors import ClockworkError


def show_certificate_check(opened: Opened) -> None:
    """The place to drop a certificate, and whether it holds of the network in use."""
    st.header("Does a certificate hold?", anchor=False)
    _show_place()
    seen = session().certificate
    if seen is None:
        return
    with st.container(border=True, key="certificate"):
        if seen.said is None:
            st.error(in_markdown(seen.error))
        else:
            _show_check(opened, seen, seen.said)
        if st.button("Forget it", key="forget certificate"):
            session().certificate = None
            st.rerun()


def _show_place() -> None:
    here = session()
    upload = st.file_uploader(
        f"A certificate of Play or of `transplant --certificate`, a .json of up to {CERTIFICATE_MB} MB: it is checked "
        "against the network in use, as `python -m models certificate` does",
        max_upload_size=CERTIFICATE_MB,
        key=f"certificate {here.certificates}",  # a new one after every drop, as for checkpoints
    )
    if upload is not None:
        here.certificates, here.certificate = (
            here.certificates + 1,
            certificate_of_upload(upload.name, upload.getvalue()),
        )
        forget_bytes([upload])
        st.rerun()


def _show_check(opened: Opened, seen: OpenedCertificate, said: Certificate) -> None:
    """What a certificate says, and what was found."""
    st.markdown(
        f"**{in_markdown(seen.name)}** says: mod {said.modulus:,}, readout {in_markdown(said.readout)}, "
        f"{said.right:,} of {said.pairs:,} pairs right, {said.undecided:,} undecided, {said.wrong:,} wrong."
    )
    digest = opened.network.digest
    recounted = seen.recounted_for == digest
    try:
        with st.spinner("Recounting all pairs …" if recounted else "Looking at some pairs …"):
            found = cache.certificate_checked(opened.network, said, None if recounted else SAMPLE)
    except ClockworkError as error:
        st.error(f"It cannot be checked against **{in_markdown(opened.title)}**: {in_markdown(str(error))}")
        return
    _show_verdict(opened, said, found)
    if found.sampled and st.button("Recount all pairs", key="recount certificate", type="primary"):
        seen.recounted_for = digest
        st.rerun()


def _show_verdict(opened: Opened, said: Certificate, found: Checked) -> None:
    """Holds, does not, or nothing known yet: a sample is never shown as more than it is."""
    of_network = f"of **{in_markdown(opened.title)}**"
    if not found.looked_at:
        st.error(f"Does not hold {of_network}. {_advice_on_another(said)}")
    elif found.differs:
        what = "what it says differs from what was found" if len(found.differs) > 1 else "one thing differs"
        st.error(f"Does not hold {of_network}: {what}.")
    elif found.sampled:
        st.info(
            f"Nothing differs {of_network} so far, in a quick look at {found.looked_at:,} random pairs, drawn from all "
            f"{found.pairs:,}. Whether its counts, margin and bounds hold, only a recount of all pairs tells."
        )
    else:
        st.success(
            f"Holds {of_network}: all {found.pairs:,} pairs were recounted by plain float64 forward passes with proven "
            "bounds, and everything that it says is so."
        )
    if found.differs:
        columns = zip(*((each.field, str(each.said), str(each.found)) for each in found.differs), strict=True)
        names, said_so, found_so = ([in_markdown(text) for text in column] for column in columns)
        st.table({"of the certificate": names, "it says": said_so, "found": found_so}, hide_index=True)
    for remark in found.remarks:
        st.caption(in_markdown(remark))


def _advice_on_another(said: Certificate) -> str:
    """Which of the opened networks a certificate is about, where one is."""
    digests = {said.source_digest, said.operated_digest}
    about = next((each for each in session().opened.values() if each.network.digest in digests), None)
    if about is None:
        return "Open the network that it is about, before the operation or after it, read as it was read then."
    return f"It is about **{in_markdown(about.title)}**: choose that as the network in use."
