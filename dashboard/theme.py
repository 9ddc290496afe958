"""One palette and one figure template: paper and ink, so that the frequencies' colours are the only colours."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

FONT = '"Source Sans", "Source Sans Pro", sans-serif'  # the one that Streamlit brings

# No two of one hue; of the first six, as many as *Turn it* draws at once, those that some kind of colour blindness
# makes alike are not equally light. Darkened on paper, lightened on ink.
PALETTE: tuple[tuple[str, str], ...] = (
    ("#0b78c2", "#4ea8de"),  # blue
    ("#d05400", "#f0803c"),  # orange
    ("#006148", "#2fbf8f"),  # green
    ("#b83c86", "#f5a8d8"),  # pink
    ("#4f2d8a", "#8f78ee"),  # violet
    ("#85790a", "#eee27a"),  # olive
    ("#8c1c2e", "#ff8f8f"),  # crimson
    ("#3f8a22", "#9be07a"),  # leaf
)

# The readout modes, wherever they are named: for paper, for ink.
READOUT_COLOURS: dict[str, tuple[str, str]] = {
    "keep": ("#1f1d1a", "#e8e4da"),
    "balance": ("#9a6200", "#e0a83e"),
    "calibrate": ("#00805f", "#35c49a"),
    "refit": ("#a8487f", "#e08fc0"),
}

# The analytic cosine network, beside what was counted.
ANALYTIC_COLOUR: tuple[str, str] = PALETTE[0]


@dataclass(frozen=True)
class Ink:
    """The colours of a figure that are not frequencies."""

    text: str
    soft: str
    line: str
    paper: str
    dark: bool


# What Streamlit's theme options cannot say: less air around the page, captions dark enough to be read.
HOUSE_STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: 3rem clamp(1rem, 4vw, 3.5rem) 4rem; max-width: 1320px; }
/* What lies beside the story begins with the lab, a little apart. */
[data-testid="stSidebarNavItems"] li:has(a[href$="/look-inside"]) { margin-top: .9rem; }
/* A chapter ends with the link to the next one. */
[data-testid="stMainBlockContainer"]:has(.st-key-onward):not(:has(.st-key-save)) {
  padding-bottom: 1.25rem; }
:is(.st-key-onward, .st-key-newcomer) [data-testid="stPageLink-NavLink"] { color: inherit; padding: .3rem 1.1rem;
  border-radius: 999px; border: 1px solid color-mix(in srgb, currentcolor 45%, transparent); }
@media (min-width: 641px) {
  [data-testid="stMainBlockContainer"]:has(.st-key-onward):not(:has(.st-key-save)) { padding-top: 2rem; }
}
.st-key-arrival { margin-top: 1.5rem; } /* below the bar that Streamlit lays over the head of the page */
[data-testid="stCaptionContainer"] { color: inherit; opacity: .76; }
/* Text out of files and links, which foreign_text.in_markdown marks as code, looks like the words around it. */
:is([data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"]) :not(pre) > code { font: inherit;
  color: inherit; background: none; padding: 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
</style>"""

# *Turn it* stands on one screen of 1280 × 800: less air above and beside, its downloads in the corner of the heading.
ONE_SCREEN_STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: .4rem clamp(.75rem, 1.9vw, 2.5rem) .2rem; max-width: 1500px; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: .3rem; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.4rem; padding: 0 9rem 0 0; line-height: 1.2; }
[data-testid="stMainBlockContainer"] [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
[data-testid="stMainBlockContainer"] [data-testid="stMarkdownContainer"] > p { margin: 0; }
@media (min-width: 641px) {
  [data-testid="stHeader"] { background: none; } /* it lies over Save */
  [data-testid="stHeader"], [data-testid="stHeader"] * { pointer-events: none; }
  [data-testid="stHeader"] :is(button, a), [data-testid="stHeader"] :is(button, a) * { pointer-events: auto; }
}
.st-key-save { position: absolute; z-index: 2; top: .5rem; right: 4.2rem; width: auto; }
@media (min-width: 1100px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-onward) { position: absolute; z-index: 2; top: .5rem; right: 10.5rem;
    width: auto; } /* what is around it, so that no gap is left for it */
  [data-testid="stLayoutWrapper"]:has(> .st-key-newcomer) { position: absolute; z-index: 2; top: .5rem; right: 30.2rem;
    width: auto; }
  :is(.st-key-onward, .st-key-newcomer) [data-testid="stPageLink-NavLink"] { padding: 0 .9rem;
    border-color: transparent; text-decoration: underline;
    text-decoration-color: color-mix(in srgb, currentcolor 35%, transparent);
    text-underline-offset: 4px; } /* quieter than what is turned */
  .st-key-save button:not(:hover, :focus-visible) { background: none; border-color: transparent; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-top: 3.8rem; }
  .st-key-save { top: 3.75rem; right: .75rem; }
  .st-key-save button { min-height: 2rem; padding: 0 .6rem; }
  [data-testid="stMainBlockContainer"] h1 { font-size: 1.15rem; padding: 0 0 .35rem; } /* Save ends above the prompt */
  .stElementContainer:has([data-testid="stHeading"]) + .stElementContainer { display: none; }
}
</style>"""

# On paper there is nothing to press, and the page is as long as it is.
PRINT_STYLE = """<style>
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stButton"], [data-testid="stDownloadButton"],
  [data-testid="stPopover"], [data-testid="stButtonGroup"], [data-testid="stSlider"], [data-testid="stNumberInput"],
  [data-testid="stCheckbox"], [data-testid="stTextInput"], [data-testid="stSelectbox"], [data-testid="stFileUploader"],
  [data-testid="stTooltipIcon"], [data-testid="stElementToolbar"], [class*="st-key-screen-only"], .modebar {
    display: none !important; }
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] { position: static !important;
    display: block !important; height: auto !important; overflow: visible !important; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none; }
  [data-testid="stPlotlyChart"], [data-testid="stMetric"], blockquote { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
}
</style>"""

# One figure, and the window is its own.
PRESENTING_STYLE = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 1.5rem 2rem 0; max-width: none; }
</style>"""

LIGHT = Ink(text="#1f1d1a", soft="#615d55", line="#d9d4c8", paper="#fbf9f4", dark=False)
DARK = Ink(text="#e8e4da", soft="#a9a598", line="#353c48", paper="#11151c", dark=True)


def current_ink() -> Ink:
    """The ink of the visitor's theme at the time of this run."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def colour_pairs(count: int) -> list[tuple[str, str]]:
    """A colour for paper and one for ink for each of `count` key frequencies in ascending order, repeating past 8."""
    return [PALETTE[i % len(PALETTE)] for i in range(count)]


def colours_of(frequencies: tuple[int, ...], ink: Ink) -> dict[int, str]:
    """Key frequency → its one colour, the same in every figure."""
    pairs = zip(frequencies, colour_pairs(len(frequencies)), strict=True)
    return {frequency: pair[ink.dark] for frequency, pair in pairs}


def hues_of(wanted: Sequence[Hashable], ink: Ink) -> dict[Any, str]:
    """A colour for each of what stands on one page: no hue twice, and black, or white on ink, for those past 8."""
    return {
        each: PALETTE[place][ink.dark] if place < len(PALETTE) else ink.text
        for place, each in enumerate(dict.fromkeys(wanted))
    }


def rising_scale(ink: Ink) -> list[tuple[float, str]]:
    """Nothing to much: the ground to ink."""
    return [(0.0, ink.paper), (1.0, ink.text)]


def signed_scale(ink: Ink) -> list[tuple[float, str]]:
    """Below, at and above zero, in two colours that every eye tells apart."""
    (above, below) = (PALETTE[0][ink.dark], PALETTE[1][ink.dark])
    return [(0.0, below), (0.5, ink.paper), (1.0, above)]


def faded(colour: str, opacity: float) -> str:
    """A colour #rrggbb through which the ground is seen."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


TITLE_GAP = 16  # pixels between the plot and its title,
TITLE_ROOM = 72  # of which those above the title are the toolbar's, on a phone too
LARGE = 1.75  # times as large as on a page: read from the last row


def enlarged(figure: go.Figure) -> go.Figure:
    """The figure in large type, as high as a projector's window."""
    layout = figure.layout
    figure.update_layout(
        height=690,
        font_size=LARGE * layout.font.size,
        title_font_size=LARGE * layout.title.font.size,
        legend_font_size=LARGE * layout.font.size,
        margin={side: LARGE * layout.margin[side] for side in ("l", "r", "t", "b") if layout.margin[side] is not None},
    )
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        axis.title.font.size = LARGE * (axis.title.font.size or layout.font.size / LARGE)
    figure.for_each_annotation(lambda note: note.update(font_size=LARGE * (note.font.size or 13)))
    for trace in figure.select_traces({"type": "scatter"}):
        trace.update(line_width=LARGE * (trace.line.width or 2), marker_size=LARGE * (trace.marker.size or 6))
    return figure


def styled(figure: go.Figure, ink: Ink, *, title: str, height: int = 320) -> go.Figure:
    """The figure in house style: transparent ground, few lines, room for labels."""
    axis = {
        "gridcolor": ink.line,
        "linecolor": ink.line,
        "zerolinecolor": ink.line,
        "title_font_size": 13,
        "zeroline": False,
    }
    figure.update_layout(
        template="none",
        title={
            "text": title,
            "x": 0,
            "xanchor": "left",
            "yref": "paper",
            "y": 1,
            "yanchor": "bottom",
            "pad": {"b": TITLE_GAP},
            "font": {"size": 16, "color": ink.text},
        },
        paper_bgcolor=ink.paper,  # the page's, so that a saved figure has a ground
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": ink.soft, "size": 13, "family": FONT},
        height=height,
        margin={"l": 64, "r": 16, "t": TITLE_ROOM, "b": 52},
        hoverlabel={"bgcolor": ink.paper, "font_color": ink.text, "bordercolor": ink.line},
        showlegend=False,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": ink.soft, "activecolor": ink.text},
    )
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
