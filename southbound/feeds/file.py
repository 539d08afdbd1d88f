"""A user's file of feeds, added to without a change to what stands in it: comments, order, spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from southbound.error import UsageError

HEADER = """\
# Your own feeds, polled beside the shipped ones; written by `southbound feeds add`, and yours to change.
# What the keys mean stands in the shipped feeds.yaml; only url, publisher and timezone are needed.

feeds:
"""
_KEY = "feeds"


def add_to_file(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Write entries behind those of a file, which is made where there is none.

    Raises:
        UsageError: the file is no list of feeds, or stands in a form that can't be added to.
    """
    path = path.resolve()
    try:
        old = path.read_text(encoding="utf-8") if path.is_file() else HEADER
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {' '.join(str(error).split())}") from error
    new = with_entries(old, list(entries), where=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(new, encoding="utf-8")
    partial.replace(path)


def with_entries(text: str, entries: Sequence[Mapping[str, Any]], *, where: str) -> str:
    """Return a list of feeds with entries added; each line that was there stays as it is.

    Entries of one `group` stand together, under its name as a comment.

    Raises:
        UsageError: the text is no list of feeds, or is written in a form that can't be added to.
    """
    before = _feeds_of(text, where)
    line, indent = _end_of_list(text, where)
    lines = text.splitlines()
    added = [f"{' ' * indent}{written}" for written in _lines_of(entries)]
    result = "\n".join([*lines[:line], *added, *lines[line:], ""])
    if _feeds_of(result, where) != [*before, *map(dict, entries)]:
        raise UsageError(f"{where} is written in a way that can't be added to; add the feed by hand")
    return result


def _lines_of(entries: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    for group, members in groupby(entries, key=lambda entry: entry.get("group", "")):
        if group:
            yield f"# {' '.join(str(group).split())}"
        for entry in members:
            flow = yaml.safe_dump(
                dict(entry), default_flow_style=True, allow_unicode=True, sort_keys=False, width=float("inf")
            )
            yield f"- {flow.strip()}"


def _feeds_of(text: str, where: str) -> list[Any]:
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"{where} can't be read: {' '.join(str(error).split())}") from error
    feeds = (values or {}).get(_KEY) if isinstance(values or {}, dict) else None
    if not isinstance(feeds or [], list) or not isinstance(values or {}, dict):
        raise UsageError(f"{where} must hold a list under `feeds:`")
    return list(feeds or [])


def _end_of_list(text: str, where: str) -> tuple[int, int]:
    """Find the line before which an entry is put, counted from 0, and its indentation."""
    root = yaml.compose(text)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    found = next(((key, value) for key, value in pairs if key.value == _KEY), None)
    if found is None:
        raise UsageError(f"{where} has no `feeds:`; write that on a line of its own")
    key, feeds = found
    if isinstance(feeds, yaml.ScalarNode):  # nothing behind the colon yet
        return key.end_mark.line + 1, 2
    if feeds.flow_style or not feeds.value:
        raise UsageError(f"{where}: write the feeds below each other, one on each line, to add to them")
    return _last_line(feeds) + 1, feeds.start_mark.column


def _last_line(node: yaml.Node) -> int:
    """Find the line on which a node's last sign stands (a block's own end mark lies further on)."""
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False) or not node.value:
        end: yaml.Mark = node.end_mark
        return end.line if end.column else end.line - 1
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)
