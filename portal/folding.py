"""Templates with their translations folded in: one Jinja environment for each language, translated when compiled."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import cache
from types import CodeType
from typing import Any, cast

from jinja2 import BaseLoader, BytecodeCache, Environment, Undefined, nodes
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer
from markupsafe import escape

from portal.i18n import LANGUAGES, translations

Translate = Callable[[str], str]


class FoldingEnvironment(Environment):
    """Replaces `_("…")` and `{% trans %}` of a constant with its translation when it compiles a template.

    A look-up at each request would make pages three to four times slower.
    """

    translate: Translate

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template knows: one dictionary for all, as none of ours has globals of its own.

        Jinja's own chain of two is walked in Python at each render and at each import of a macro.
        """
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return cast(nodes.Template, _Fold(self.translate).visit(tree))


class _Compiled(BytecodeCache):
    """What is compiled already, by name and content: several applications of one process need it once."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


@cache
def _compiled(_code: str) -> _Compiled:
    """One for each language, whose words are folded in."""
    return _Compiled()


class _Fold(NodeTransformer):
    def __init__(self, translate: Translate) -> None:
        self._translate = translate

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  # the visitor's own naming
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in {"_", "gettext"}:
            return node
        if node.kwargs or len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return node
        # New-style gettext fills in variables with `%` always, so that a plain per cent sign stands doubled.
        text = self._translate(str(node.args[0].value)).replace("%%", "%")
        return nodes.MarkSafe(nodes.Const(str(escape(text)), lineno=node.lineno), lineno=node.lineno)


def environments(loader: BaseLoader | None, *, undefined: type[Undefined] = Undefined) -> dict[str, Environment]:
    """A Jinja environment for each language, by its code."""
    return {language.code: _environment(loader, undefined, language.code) for language in LANGUAGES}


def _environment(loader: BaseLoader | None, undefined: type[Undefined], code: str) -> Environment:
    environment = FoldingEnvironment(
        loader=loader,
        autoescape=_escapes,
        auto_reload=False,
        bytecode_cache=_compiled(code),
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=undefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    catalogue = translations(code)
    environment.translate = catalogue.gettext
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        catalogue.gettext, catalogue.ngettext, newstyle=True, pgettext=catalogue.pgettext, npgettext=catalogue.npgettext
    )
    return environment


def _escapes(name: str | None) -> bool:
    # Only the text parts of mails and calendar files are not HTML.
    return name is None or not name.endswith(".txt")
