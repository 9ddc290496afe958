"""The papers that measures are from, as a bibliography has them."""

NANDA = "Nanda et al. 2023, arXiv 2301.05217"
ZHONG = "Zhong et al. 2023, arXiv 2306.17844"
CHUGHTAI = "Chughtai et al. 2023, arXiv 2302.03025"
HE = "He et al. 2026, arXiv 2602.16849"

TITLES = {
    NANDA: "Progress measures for grokking via mechanistic interpretability",
    ZHONG: "The Clock and the Pizza: Two Stories in Mechanistic Explanation of Neural Networks",
    CHUGHTAI: "A Toy Model of Universality: Reverse Engineering How Networks Learn Group Operations",
    HE: "",  # only its number is told here
}


def bibtex_of(source: str) -> str:
    """BibTeX entries of the papers that a measure's source names; empty where it names none, as "this work".

    >>> print(bibtex_of(NANDA))
    @misc{nanda2023,
      author = {Nanda and others},
      title = {Progress measures for grokking via mechanistic interpretability},
      year = {2023},
      eprint = {2301.05217},
      archivePrefix = {arXiv},
    }
    """
    return "\n\n".join(_entry(paper) for paper in TITLES if paper in source)


def _entry(paper: str) -> str:
    name, _, rest = paper.partition(" et al. ")
    year, _, number = rest.partition(", arXiv ")
    title = f"  title = {{{TITLES[paper]}}},\n" if TITLES[paper] else ""
    return (
        f"@misc{{{name.lower()}{year},\n  author = {{{name} and others}},\n{title}  year = {{{year}}},\n"
        f"  eprint = {{{number}}},\n  archivePrefix = {{arXiv}},\n}}"
    )
