"""Files that must be refused, with what people are told and the line of the fault (0 where there is none)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BadFile:
    """A file and what is said about it."""

    content: bytes
    told: str
    line: int = 0
    file: str = "bad.yaml"


HEAD = b"""format: sapa-assessment/1
title: {en: Sample}
institution: {name: {en: Sample}, country: KZ}
date: 2026-11-01
profile: double-degree-readiness
rubrics: [esg-2015@1, double-degree@1]
"""


def _answers(text: str) -> bytes:
    return HEAD + b"answers:\n" + text.encode()


BAD_FILES = {
    "aliases": BadFile(HEAD + b"targets: &a {}\nraters: *a\n", "alias", 8),
    "alias bomb": BadFile(b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n", "alias", 2),
    "300 levels deep": BadFile(b"[" * 300 + b"]" * 300, "nested deeper", 1),
    "300 levels deep in JSON": BadFile(b"[" * 300 + b"]" * 300, "nested", 0, "bad.json"),
    "a million brackets": BadFile(b"[" * 1_000_000, "nested deeper", 1),
    "10 MB": BadFile(HEAD + b"# " + b"x" * 10_000_000, "bytes, at most"),
    "not UTF-8": BadFile(HEAD + "# Қазақ".encode("utf-16"), "UTF-8"),
    "control characters": BadFile(HEAD + b"# \x07\n", "characters"),
    "a picture": BadFile(b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
    "no YAML": BadFile(HEAD + b"answers: {unclosed\n", "not valid YAML"),
    "no JSON": BadFile(b'{"format": ', "not valid JSON", 1, "bad.json"),
    "a tag": BadFile(HEAD + b"targets: !!python/object:os.system {}\n", "tag", 7),
    "a key twice": BadFile(HEAD + b"date: 2026-11-02\n", "twice", 7),
    "a key twice in JSON": BadFile(b'{"format": "sapa-assessment/1",\n "format": "x"}', "twice", 2, "bad.json"),
    "two documents": BadFile(HEAD + b"---\n" + HEAD, "second document", 7),
    "empty": BadFile(b"", "mapping"),
    "0 bytes named JSON": BadFile(b"", "not valid JSON", 1, "bad.json"),
    "a list": BadFile(b"- 1\n- 2\n", "mapping", 1),
    "unknown key": BadFile(HEAD + b"anwsers: {}\n", "did you mean “answers”", 7),
    "missing keys": BadFile(b"format: sapa-assessment/1\n", "“title” is missing"),
    "wrong format": BadFile(HEAD.replace(b"assessment/1", b"assessment/9"), "not allowed", 1),
    "1.10 as text": BadFile(HEAD.replace(b"{en: Sample}\ninst", b"{en: 1.10}\ninst"), "put it in quotes", 2),
    "no as a rubric": BadFile(HEAD.replace(b"[esg-2015@1", b"[no"), "unknown rubric “no”", 6),
    "unknown profile": BadFile(HEAD.replace(b"double-degree-readiness", b"double-degree-readyness"), "did you mean", 5),
    "a rubric twice": BadFile(HEAD.replace(b"double-degree@1", b"esg-2015@1"), "twice", 6),
    "no real date": BadFile(HEAD.replace(b"2026-11-01", b"2026-02-30"), "not a date", 4),
    "a date as a number": BadFile(HEAD.replace(b"2026-11-01", b"20261101"), "not a date", 4),
    "unknown criterion": BadFile(_answers('  "esg-2015:policy.aproved": {level: 1}\n'), "policy.approved", 8),
    "no criterion at all": BadFile(_answers("  policy: {level: 1}\n"), "does not name a criterion", 8),
    "rubric not assessed": BadFile(_answers('  "iso-9001-2015:4.1": {level: 1}\n'), "not assessed here", 8),
    "level 5": BadFile(_answers('  "esg-2015:policy.approved": {level: 5}\n'), "too large", 8),
    "level -1": BadFile(_answers('  "esg-2015:policy.approved": {level: -1}\n'), "too small", 8),
    "level 2.5": BadFile(_answers('  "esg-2015:policy.approved": {level: 2.5}\n'), "whole number", 8),
    "level as text": BadFile(_answers('  "esg-2015:policy.approved": {level: "2"}\n'), "whole number", 8),
    "level true": BadFile(_answers('  "esg-2015:policy.approved": {level: true}\n'), "whole number", 8),
    "level and not applicable": BadFile(_answers('  "esg-2015:policy.approved": {level: 1, not_applicable: x}\n'), "at once", 8),
    "not applicable where forbidden": BadFile(
        _answers('  "esg-2015:policy.approved":\n    not_applicable: no time\n'), "is not allowed for", 9
    ),
    "empty justification": BadFile(_answers('  "double-degree:funding.cost": {not_applicable: ""}\n'), "empty", 8),
    "evidence not listed": BadFile(
        _answers('  "esg-2015:policy.approved": {level: 1, evidence: [E-99]}\n'), "E-99 is not listed", 8
    ),
    "unknown kind": BadFile(HEAD + b"evidence:\n  E-01: {title: x, kind: polcy}\n", "did you mean “policy”", 8),
    "dates turned round": BadFile(
        HEAD + b"evidence:\n  E-01: {title: x, kind: policy, valid_from: 2026-01-02, valid_until: 2026-01-01}\n", "lies before", 8
    ),
    "unknown status": BadFile(HEAD + b"evidence:\n  E-01: {title: x, kind: policy, status: lost}\n", "not allowed", 8),
    "script as address": BadFile(
        HEAD + b"evidence:\n  E-01: {title: x, kind: policy, url: 'javascript:alert(1)'}\n", "not a web address", 8
    ),
    "target for the unknown": BadFile(HEAD + b'targets: {"esg-2015:nothing": 4}\n', "unknown criterion", 7),
    "target 7": BadFile(HEAD + b'targets: {"esg-2015:policy.approved": 7}\n', "too large", 7),
    "action for the unknown": BadFile(HEAD + b'actions:\n  - {criterion: "esg-2015:nothing", what: x}\n', "unknown criterion", 8),
    "action for the unknown too": BadFile(
        HEAD + b'actions:\n  - criterion: "esg-2015:policy.approved"\n    what: x\n    criteria: ["esg-2015:nothing"]\n',
        "unknown criterion",
        10,
    ),
    "action for the same twice": BadFile(
        HEAD + b'actions:\n  - criterion: "esg-2015:policy.roles"\n    what: x\n    criteria: ["esg-2015:policy.roles"]\n',
        "twice",
        10,
    ),
    "action with an unknown kind": BadFile(
        HEAD + b'actions:\n  - criterion: "esg-2015:policy.roles"\n    what: x\n    expected_evidence: [{kind: polcy}]\n',
        "did you mean",
        10,
    ),
    "action of no day": BadFile(
        HEAD + b'actions:\n  - {criterion: "esg-2015:policy.roles", what: x, effort: 0}\n', "too small", 8
    ),
    "mark of a rubric not assessed": BadFile(
        HEAD + b'raters: {a: {role: auditor, levels: {"iso-9001-2015:4.1": 2}}}\n', "not assessed here", 7
    ),
    "a 100,000-character word": BadFile(
        _answers('  "esg-2015:policy.approved": {level: 1, comment: ' + "x" * 100_000 + "}\n"), "longer than 20000", 8
    ),
    "a NUL in JSON": BadFile(b'{"format": "sapa-assessment/1", "title": {"en": "a\\u0000b"}}', "U+0000", 1, "bad.json"),
}
"""By what is wrong with them."""
