"""An explanation as text for a terminal and as plain data: findings and weights, addresses in record keys masked."""

from __future__ import annotations

from typing import Any

from dagster_project.lib.transformation.explanation.explanation import Explanation, Link

_WIDTH = 36
_WHY = {
    "excluded by a person": "A person decided that they are two",
    "veto": "identity.yml lets this outweigh all evidence",
    "outweighed": "Two of their records match, but all of them weighed together do not",
    "cluster size limit": "Together they would be more records than one customer may be made of",
    "below threshold": "What they have in common weighs too little",
    "blocks too large": "All they agree on is what too many others agree on too, so they were never compared",
    "no key in common": "They agree on nothing that records are compared by",
    "names several persons": "What they share names several persons, none of them above the others",
    "another person is likelier": "What they share speaks more for another person",
    "too weak": "What they share is as likely to be of others",
    "device of several users": "What they share was seen on a device of several users, which says nothing of them",
    "identifier overused": "What they share is shared by too many to say anything",
    "no identifier in common": "No record of the one shares an identifier with a record of the other",
}


def mask_record(record: str) -> str:
    """`feed|kind|id`, with an id that is an address cut to its first letter."""
    feed, kind, source_id = record.split("|", 2)
    is_address = kind == "email" or "@" in source_id
    return f"{feed}|{kind}|{source_id[:1]}…" if is_address else record


def as_data(explanation: Explanation) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "left_record": mask_record(explanation.left_record),
        "right_record": mask_record(explanation.right_record),
        "left_customer": explanation.left_customer,
        "right_customer": explanation.right_customer,
        "is_one_customer": explanation.is_one_customer,
        "reason": explanation.reason,
        "detail": explanation.detail,
        "by_way_of": [mask_record(record) for record in explanation.by_way_of or ()],
        "match_weight": explanation.match_weight,
        "evidence": explanation.evidence,
        "path": [_link_data(link) for link in explanation.path],
    }


def _link_data(link: Link) -> dict[str, Any]:
    return {
        "left_record": mask_record(link.left_record),
        "right_record": mask_record(link.right_record),
        "rule": link.rule,
        "match_weight": link.match_weight,
        "evidence": link.evidence,
    }


def as_text(explanation: Explanation) -> str:
    """The answer in sentences, then each finding with its weight in bits, summed from top to bottom."""
    left, right = mask_record(explanation.left_record), mask_record(explanation.right_record)
    if explanation.left_record == explanation.right_record:
        return f"{left} is one record, of customer {explanation.left_customer}."
    if explanation.is_one_customer:
        lines = [f"{left}\n{right}\nare one customer, {explanation.left_customer}."]
        return "\n".join([*lines, *(_link_text(link) for link in explanation.path)])
    lines = [
        f"{left}, of customer {explanation.left_customer}, and\n{right}, of customer"
        f" {explanation.right_customer},\nare two: {explanation.reason}.",
        "",
        _WHY[explanation.reason] + (f": {explanation.detail}." if explanation.detail else "."),
    ]
    if explanation.by_way_of and set(explanation.by_way_of) != {
        explanation.left_record,
        explanation.right_record,
    }:
        one, other = map(mask_record, explanation.by_way_of)
        lines.append(f"This is about {one} and {other}, the nearest records of the two customers.")
    return "\n".join(lines + _evidence_lines(explanation.evidence or {}, explanation.match_weight))


def _link_text(link: Link) -> str:
    title = (
        f"\n{mask_record(link.left_record)} – {mask_record(link.right_record)}: {link.rule.replace('_', ' ')}"
    )
    return "\n".join([title, *_evidence_lines(link.evidence, link.match_weight)])


def _evidence_lines(evidence: dict[str, Any], weight: float | None) -> list[str]:
    if "fields" in evidence:
        return _waterfall(evidence)
    if "keys" in evidence:
        return [
            f"  {key['key']}: {key['records']:,} records, compared up to {key['largest_block']:,}"
            for key in evidence["keys"]
        ]
    if "base_probability" in evidence and weight is not None:
        split = f", split among {evidence['persons']} persons" if evidence["persons"] > 1 else ""
        return [f"  {evidence['base_probability']} that it is one person{split}: {weight:+.1f} bits"]
    told = [
        f"{name.replace('_', ' ')} {evidence[name]}"
        for name in ("decided_by", "decided_at")
        if evidence.get(name)
    ]
    return [f"  {', '.join(told)}"] if told else []


def _waterfall(evidence: dict[str, Any]) -> list[str]:
    """One line a part: what it is, its bits, and a bar from the sum before it to the sum after it."""
    parts = [
        ("before anything is compared", evidence["prior"]),
        *((f"{field['field']}: {field['finding']}", field["weight"]) for field in evidence["fields"]),
        ("what a household would share as well", evidence["same_household"]),
    ]
    sums = [0.0]
    for _, bits in parts:
        sums.append(sums[-1] + bits)
    low, high = min(sums), max(*sums, 1.0)
    scale = _WIDTH / (high - low)
    names = max(len(name) for name, _ in parts)
    lines = []
    for (name, bits), before, after in zip(parts, sums[:-1], sums[1:], strict=True):
        start, end = sorted((round((before - low) * scale), round((after - low) * scale)))
        bar = " " * start + ("█" if bits >= 0 else "▒") * max(end - start, 1 if bits else 0)
        lines.append(f"  {name:<{names}} {bits:+7.1f}  {bar}".rstrip())
    lines.append(
        f"  {'bits in all; the threshold is ' + format(evidence['threshold'], '.1f'):<{names}} {sums[-1]:+7.1f}"
    )
    return lines
