"""A certificate that a visitor opens: read like any other JSON, bounded, and forgotten as bytes."""

from dashboard.session.state import OpenedCertificate, session
from models.errors import CertificateError
from models.evaluation.certificate import parse_certificate
from models.runtime.program import program_name

CERTIFICATE_MB = 1  # one of a hundred dials with all that can be listed has 0.05
LARGEST_CHECKED = 512  # modulus: all its pairs are recounted in half a minute
SAMPLE = 1000  # pairs of a quick look


def certificate_of_upload(name: str, data: bytes) -> OpenedCertificate:
    """The certificate in a file that was dropped, or one sentence that says why there is none."""
    try:
        _require_small(name, data)
        said = parse_certificate(data, name)
    except CertificateError as error:
        return OpenedCertificate(name, error=str(error))
    if said.recipe.modulus > LARGEST_CHECKED:
        return OpenedCertificate(
            name,
            error=f"{name} is about an operation to mod {said.recipe.modulus:,}; expected at most {LARGEST_CHECKED} "
            f"on this page. Check it with {program_name()} certificate.",
        )
    return OpenedCertificate(name, said)


def _require_small(name: str, data: bytes) -> None:
    if len(data) > CERTIFICATE_MB * 2**20:
        raise CertificateError(
            f"{name} is {len(data) / 2**20:.1f} MB; expected at most {CERTIFICATE_MB} MB. Check it with "
            f"{program_name()} certificate."
        )


def recount_certificate(digest: str) -> None:
    """All pairs of the network with this digest are to be counted again."""
    if seen := session().certificate:
        seen.recounted_for = digest


def forget_certificate() -> None:
    """It has been read."""
    session().certificate = None
