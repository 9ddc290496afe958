"""No text of a file, a link or a browser reaches Streamlit's Markdown on its own, on these pages and on later ones."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.dashboard.sinks import Sources, python_files

# Shown as it stands, though no annotation says that it is a number: where → what → why it is ours.
OURS = {
    "app.py": {"entry.title": "the table of pages", "entry.path": "the table of pages"},
    "dashboard/cache.py": {
        "sampled_interval(random_phase_mlp(modulus, PHASE_DIALS, PHASE_NEURONS), pairs)": "counts",
        "sampled_interval(random_phase_mlp(modulus, PHASE_DIALS, PHASE_NEURONS, matched=False), pairs)": "counts",
        "sampled_interval(transplant(source, recipe), pairs)": "counts",
    },
    "dashboard/views/defects.py": {"subject.keys": "frequencies"},
    "dashboard/components/address.py": {
        "zoo.names()": "files that come with Clockwork",
        "upload.title": "the table of pages",
        "upload.path": "the table of pages",
    },
    "dashboard/components/onward.py": {
        "chapter.path": "the table of pages",
        "chapter.title": "the table of pages",
        "chapter.question": "the table of pages",
        "STORY[0].path": "the table of pages",
        "STORY[0].title": "the table of pages",
    },
    "dashboard/components/budget.py": {"program_name()": "what Clockwork is called here"},
    "dashboard/components/guess.py": {
        "chips": "dashboard.recipes.guesses, or moduli",
        "chip": "dashboard.recipes.guesses, or moduli",
        "ticked(chip)": "dashboard.recipes.guesses",
    },
    "dashboard/components/interpretation.py": {
        "partial(_spoken, name)": "words of ours, or in_plain",
        "options.index(now)": "a place among models.hyperparameters.CHOICES",
    },
    "dashboard/components/operations.py": {
        "done.operation.left_out": "models.operations: why numbers have no element",
        "offered.label": "dashboard.session.operations.OFFERED",
    },
    "dashboard/glossary.py": {r"MARKUP.sub('\\\\\\1', part)": "docs/glossary.md"},
    "dashboard/components/roles.py": {"_spoken": "roles of models.formats.roles in words"},
    "dashboard/components/job.py": {"progress.sentence": "dashboard.session: names of controls and numbers"},
    "dashboard/pages/any_base.py": {
        "progress.sentence": "dashboard.session.sweep: numbers and readouts",
        "first.tried": "how many settings",
        "why.law": "models.analysis.dead_pairs: a sentence of ours with numbers",
        "why.dial": "a frequency",
    },
    "dashboard/oscillator_cache.py": {"evaluate(altered(network, steps, strength))": "counts"},
    "dashboard/session/oscillators.py": {
        "exact_phases(MODULUS, DIALS, kind)": "a network of ours",
        "each.network": "asked for its modulus, its steps and its digest alone",
        "title": "a title of ours; names go through in_plain",
    },
    "dashboard/pages/steam_punk.py": {
        "dead.count": "how many pairs",
        "dead.said": "models.analysis.dead_pairs: a sentence of ours with numbers",
        "'mod {}'.format": "numbers",
        "'{:g} ×'.format": "numbers",
    },
    "dashboard/pages/play.py": {
        "learned.format(opened.network.modulus)": "a sentence of ours, and a number",
        "warning_of(cache.sampled_inspection(opened.network))": "models.analysis.circuitless: shares",
        "suffixes_of(network)": "models.formats.registry.SUFFIXES",
    },
    "dashboard/pages/evidence.py": {
        "control.name": "models.experiment.controls",
        "control.readout": "a word of models.surgery.readout.READOUT_MODES",
        "control.remark": "models.experiment.controls",
        "control.wanted": "a whole number",
        "ending.sentences": "dashboard.tables.tried: sentences of ours with numbers",
        "ending.rows.set_index('what was changed')": "the same, in rows",
    },
    "dashboard/pages/your_network.py": {
        "opened.file_digest": "hexadecimal digits",
        "suffixes_of(network)": "models.formats.registry.SUFFIXES",
        "network.layout.hyperparameters.operation": "two whole numbers, a and b",
        "zoo.card(opened.name)": "a card that comes with Clockwork",
    },
    "dashboard/pages/for_a_class.py": {
        "question.title": "dashboard.recipes.questions",
        "question.text": "dashboard.recipes.questions",
        "question.answer": "dashboard.recipes.questions",
        "question.operations": "dashboard.recipes.questions",
        "title_of": "dashboard.views.figures",
    },
    "dashboard/plots/reach.py": {"go.Figure()": "no text"},
    "dashboard/pages/glossary.py": {
        "term.title": "docs/glossary.md",
        "term.field": "docs/glossary.md",
        "term.meaning": "docs/glossary.md",
        "groupby(found, key=lambda term: term.section)": "docs/glossary.md",
    },
    "dashboard/views/measures.py": {
        "row.title": "models.circuits.measures",
        "row.unit": "models.circuits.measures",
        "row.published.remark": "models.analysis.published",
        "measure.title": "models.circuits.measures",
        "measure.definition": "models.circuits.measures",
        "measure.source": "models.circuits.measures",
    },
    "dashboard/views/attention.py": {"subject.network.body.about_attention": "models.bodies"},
    "dashboard/views/neurons.py": {
        "table.counts": "whole numbers",
        "subject.network.body.about_neurons": "models.bodies",
    },
    "dashboard/views/patching.py": {"mix.operated": "the three parts of a network"},
    "dashboard/session/comparison.py": {
        "here.opened": "digests of networks, whose titles a picker shows",
        "here.beside": "one of these",
    },
    "dashboard/views/comparison.py": {
        "part.title": "a name of ours",
        "each.title": "models.circuits.measures.MEASURES",
        "entry_of('any_base.py').path": "the table of pages",
    },
    "dashboard/views/tables.py": {"subject.keys": "frequencies"},
}


def told(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_everything_shown_is_ours_or_went_through_foreign_text():
    shown = {
        told(path): path.read_text(encoding="utf-8") for path in [ROOT / "app.py", *python_files(ROOT / "dashboard")]
    }
    models = [path.read_text(encoding="utf-8") for path in python_files(ROOT / "models")]
    findings = Sources(shown, models).find()
    strange = [each for each in findings if each.expression not in OURS.get(each.file, {})]
    assert strange == [], (
        "Shown in Markdown as it stands. Is it text of a file, a link or a browser? Then it goes through "
        "foreign_text.in_markdown. Is it ours? Then annotate it as a number, or name it in OURS."
    )
    named = {(file, expression) for file, listed in OURS.items() for expression in listed}
    assert named == {(each.file, each.expression) for each in findings}  # what is no longer shown leaves the list


def found(source: str, **more: str) -> list[str]:
    return sorted(each.expression for each in Sources({"page.py": source, **more}).find())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("st.error(str(error))", ["error"]),
        ("st.markdown(f'**{opened.name}** of {len(files)}')", ["opened.name"]),
        ("st.markdown(in_markdown(opened.name) + NAMES[0])", []),
        ("name.button(opened.title, key=opened.name)", ["opened.title"]),
        ("st.selectbox('Network', ['a'], format_func=lambda key: here.opened[key].title)", ["here.opened[key].title"]),
        ("st.table({'name': [name for name in metadata], 'text': list(metadata.values())})", ["metadata", "metadata"]),
        ("text = opened.name\nst.caption(text if text else 'none')", ["opened.name"]),
        ("def told():\n    return opened.name\n\ndef show():\n    st.info(told())", ["opened.name"]),
        ("def show(label: str):\n    st.title(label)\n\nshow(opened.name)\nshow('plain')", ["opened.name"]),
        ("def show(*, label: str):\n    st.title(label)\n\nshow(label=opened.name)", ["opened.name"]),
        ("def show(label):\n    st.title(label)", ["label"]),
        ("st.progress(done / most, f'{done:,} of {most:,} pairs, {share:.1%}')", ["done", "most"]),
        ("class Count:\n    pairs: int\n\nst.metric('pairs', count.pairs)", []),
        ("class Count:\n    pairs: str\n\nst.metric('pairs', count.pairs)", ["count.pairs"]),
        ("for one, other in zip(NAMES, files):\n    st.header(one)", []),
        ("for one, other in zip(NAMES, files):\n    st.header(other)", ["files"]),
        ("st.code(opened.name)", []),
        ("st.selectbox('Order', [opened.name], format_func=lambda name: in_plain(name))", []),
        ("st.selectbox('Order', options=[opened.name])", ["opened.name"]),
        ("rows = {}\nrows['name'] = opened.name\nst.table(rows)", ["opened.name"]),
        ("rows = []\nrows.append(opened.name)\nst.table(rows)", ["opened.name"]),
        ("st.caption(f'{opened.name:.3} {opened.name:>9} {share:.3g} {count:,} {drift:+.2f}')", ["opened.name"]),
        ("st.metric('right', '1', help=opened.name)", ["opened.name"]),
    ],
)
def test_what_may_be_anybodys_is_found(source: str, expected: list[str]):
    assert found(source) == sorted(set(expected))


MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|srcdoc|\beval\b|Function\("
)


def test_scripts_write_text_and_no_markup():
    scripts = {told(path): path.read_text(encoding="utf-8") for path in (ROOT / "assets").rglob("*.js")}
    assert {file: MARKUP.findall(script) for file, script in scripts.items() if MARKUP.search(script)} == {
        "assets/console/dial.js": ["insertAdjacentHTML"]
    }
    [literal] = re.findall(r"insertAdjacentHTML\(\"beforeend\", `([^`]*)`\)", scripts["assets/console/dial.js"])
    assert "${" not in literal
