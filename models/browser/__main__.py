"""`make layout`: writes the kernel's memory layout for C and for JavaScript."""

from models.browser.generated import generated
from models.files.writing import reserved


def main() -> None:
    """Write every file that is made from the layout."""
    for path, text in generated().items():
        data = text.encode()
        with reserved(path, len(data)) as destination:
            destination.write(data)


if __name__ == "__main__":
    main()
