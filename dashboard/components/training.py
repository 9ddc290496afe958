"""The curves that were recorded while an upload was trained."""

import streamlit as st

from dashboard.components.chart import show_chart
from dashboard.plots.training import training_figure
from dashboard.session.state import Opened
from dashboard.tables.sweeps import curves_csv
from dashboard.theme import current_ink


def show_training(opened: Opened) -> None:
    """Losses and accuracies over the steps, with a line at the checkpoint shown; nothing where there are none."""
    run = opened.run
    if run is None or not run.curves:
        return
    step = run.steps[opened.checkpoint] if len(run.steps) > 1 else None
    for what in ("loss", "accuracy"):
        curves = {title: curve for title, curve in run.curves.items() if title.endswith(what)}
        if curves:
            figure = training_figure(curves, step, current_ink(), what=what)
            show_chart(figure, key=f"recorded {what}", alt=f"Recorded {what} over the steps of training.")
    st.download_button(
        "Recorded curves as CSV", data=lambda: curves_csv(run.curves), file_name="curves.csv", on_click="ignore"
    )
