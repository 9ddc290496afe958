"""A markdown file whose sections have different writers."""

from models.errors import FileError
from models.files.writing import Destination

MARK = "## "


def with_section(document: str, title: str, body: str) -> str:
    """The document with this section in place of its old one, else behind the others, which stay as they are."""
    head, *sections = f"\n{document}".split(f"\n{MARK}")
    kept = {section.partition("\n")[0].strip(): section.partition("\n")[2].strip() for section in sections}
    kept[title] = body.strip()
    parts = [head.strip(), *(f"{MARK}{name}\n\n{text}" for name, text in kept.items())]
    return "\n\n".join(part for part in parts if part) + "\n"


def write_section(place: Destination, title: str, body: str, *, document_title: str) -> None:
    """Put one section into a file, which is made where it is absent. Raises FileError."""
    out = place.path
    try:
        document = out.read_text(encoding="utf-8") if out.exists() else f"# {document_title}\n"
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"Cannot add to {out}: it cannot be read as text ({error}). Name another file.") from error
    place.write(with_section(document, title, body).encode())
