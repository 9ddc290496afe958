# %% [markdown]
# # A first hour with Clockwork
#
# A network that learned to add mod 113 is opened, its circuit is read, it is operated on for mod 127, and a small one
# is trained and watched. This notebook is made of `docs/tutorial.py` by `make notebook`; a test runs its cells and
# compares what they say. Where Clockwork is installed, write `import clockwork as models`.

# %%
import models

network = models.open_network("mlp-113")
network

# %% [markdown]
# It is called with numbers, and gives the logits of every class. All 12,769 pairs can be counted, with proof.

# %%
print(network(100, [20, 30]).argmax(-1).tolist())
print(models.evaluate(network).counts)

# %% [markdown]
# ## The circuit
#
# The embedding is a sum of a few waves. Their frequencies are the dials that it adds on.

# %%
keys = models.key_frequencies(network)
print(keys.frequencies)
spectrum = models.embedding_spectrum(network)
print(f"share of the embedding's power at these: {spectrum.share_of(keys.frequencies):.2f}")

# %% [markdown]
# The same as a figure in the width of a paper's column. Any figure of the pages goes the same way, and
# `.save("spectrum.pdf")` writes it.

# %%
bars = {
    "type": "bar",
    "x": list(spectrum.frequencies),
    "y": spectrum.shares.tolist(),
    "marker": {"color": ["#0b78c2" if k in keys.frequencies else "#999999" for k in spectrum.frequencies]},
}
axes = {
    "xaxis": {"title": {"text": "frequency k"}},
    "yaxis": {"title": {"text": "share of power"}, "tickformat": ".0%"},
}
models.figure_for_paper({"data": [bars], "layout": axes})

# %% [markdown]
# ## Measures
#
# Every measure of four papers that applies, each with its source; what does not apply is said.

# %%
found = models.measures_of(network)
print(f"logits explained by {len(keys.frequencies)} waves: {found['logits_explained'].value:.2f}")
print(sorted(found.skipped))

# %% [markdown]
# ## Surgery
#
# Its tables are cut for 113 steps. Re-cut for 127, with dials that are found, the same body adds mod 127; as it came it
# has no rows for the numbers from 113 on.

# %%
plan = models.find_dials(network, 127, rounds=1)
counts = plan.evaluation.counts
print(f"{counts.right:,} of {counts.pairs:,} pairs right, {counts.accuracy:.2f}")
assert plan.network.body is network.body

# %% [markdown]
# The control: the same tables on the same body with its weights shuffled.

# %%
from models.ablation.shuffles import shuffled_body

control = models.evaluate(models.transplant(shuffled_body(network, seed=0), plan.recipe)).counts
print(f"shuffled body: {control.accuracy:.2f}")

# %% [markdown]
# Long work tells how far it is: a bar on standard error, or whatever you give it.

# %%
rows = models.sweep(
    network, [12, 13], jobs=1, rounds=1, progress=False, on_row=lambda row: print("counted", row.to_row()["modulus"])
)
[(row.to_row()["modulus"], row.to_row()["pairs"]) for row in rows]

# %% [markdown]
# ## Training
#
# The recipe `record` learns from noise in some dozens of steps. Here at mod 23, kept at a few steps.

# %%
run = models.train("record", modulus=23, fraction=0.6, steps=60, snapshots=[0, 20, 40], progress=False)
print(run.steps, sorted(run.curves))
for step in run.steps:
    print(step, f"{models.evaluate(run.network(step)).counts.accuracy:.1f}")

# %% [markdown]
# `run.save("folder")` writes these steps as files that `open_run("folder")` opens again, and *Bring yours* on the site
# takes. [how-to.md](how-to.md) has the other tasks: a measure of your own, export, citing.
