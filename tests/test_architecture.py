"""Imports and data point one way: the order stands once, in pyproject.toml."""

import ast
import graphlib
import re
import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parents[1]
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
FLOOR = {name.strip(): number for number, layer in enumerate(reversed(LAYERS)) for name in layer.split("|")}


def test_no_relation_of_a_model_points_up() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_config.name.startswith("archive.")
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and not field.auto_created and field.related_model
        if field.related_model._meta.app_config.name.startswith("archive.")
        if FLOOR[field.related_model._meta.app_label] > FLOOR[model._meta.app_label]
    ]

    assert upward == []


def test_every_folder_stands_in_the_order_and_says_what_it_is() -> None:
    folders = {path.parent.name for path in (ROOT / "archive").glob("*/__init__.py")}

    assert folders <= set(FLOOR)
    for folder in sorted(folders):
        text = (ROOT / "archive" / folder / "__init__.py").read_text().strip()
        assert text.startswith('"""') and text.endswith('"""'), f"{folder}/__init__.py is more than its docstring"


def test_what_other_rows_point_to_is_locked_without_its_key() -> None:
    """With it, who holds it and wants the head of the ledger waits for who has the head and checks a foreign key."""
    nothing_points_to = {"LedgerHead", "Head", "cls", "RevisionHead", "RecordChange", "SearchLook"}
    locked = re.compile(r"(\w+)\.objects\.select_for_update\(\)")

    assert [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "archive").rglob("*.py")
        for name in locked.findall(path.read_text())
        if name not in nothing_points_to
    ] == []


def test_the_code_that_knows_no_django_imports_none() -> None:
    plain = [
        *(ROOT / "archive" / "standards").rglob("*.py"),
        *(ROOT / "archive" / "extraction" / "readers").rglob("*.py"),
        ROOT / "archive" / "ingest" / "examine_file.py",
        ROOT / "archive" / "files" / "sandboxed.py",
        ROOT / "archive" / "files" / "renditions.py",
        ROOT / "archive" / "ledger" / "chain.py",
    ]

    assert [
        str(path) for path in plain if "import django" in path.read_text() or "from django" in path.read_text()
    ] == []


def test_no_page_loads_anything_from_another_host() -> None:
    web = ROOT / "archive" / "web"
    loading = re.compile(r"""(src=|@import |url\(|from |import\(|<link[^>]*href=)["']?https?:""")

    for path in [*web.rglob("*.html"), *web.rglob("*.css"), *web.rglob("*.js")]:
        assert not loading.search(path.read_text()), path


def test_only_the_gate_projects_items_and_reads_their_captions() -> None:
    named = re.compile(
        r"archive\.projection\.write_projection import .*\bproject\b|"
        r"archive\.claims\.caption_claims import .*\bread_captions\b"
    )

    archive = ROOT / "archive"
    outside = {str(path.relative_to(archive)) for path in archive.rglob("*.py") if named.search(path.read_text())}

    assert outside == {"projection/item_gate.py"}


def test_no_two_modules_import_each_other() -> None:
    """Not within a function either: the one could not be read without the other."""
    modules = {_name_of(path): path for path in (ROOT / "archive").rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        imported = set()
        for statement in ast.walk(ast.parse(path.read_text())):
            if isinstance(statement, ast.ImportFrom) and statement.module:
                inner = {f"{statement.module}.{alias.name}" for alias in statement.names}
                imported |= inner & modules.keys() or {statement.module} & modules.keys()
        # A package's own docstring module imports nothing, but for the project's, which loads the task queue.
        graph[name] = imported - {name}

    # Raises CycleError, which names the modules of the cycle.
    list(graphlib.TopologicalSorter(graph).static_order())


def _name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
