"""Not telling how many people are in a small group: one limit, and every way in which a page would give it away.

Belongs here: what of a count or a share may be told. Does not belong here: SQL, or words (templates/). A count that is
too small is None, which pages write as "under 10"; one that would give such a count away is WITHHELD.
"""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST_GROUP = 10
"""Of fewer people than this, but some, no page says how many."""
WITHHELD = "withheld"

Told = int | str | None


def is_small(people: float) -> bool:
    """Whether it is somebody, and too few to tell."""
    return 0 < people < SMALLEST_GROUP


def tell(people: int) -> int | None:
    """A count that no other number on a page completes to a total."""
    return None if is_small(people) else people


def tell_part(part: int, whole: int) -> Told:
    """A part of a whole that is told unless it is small: neither the part nor the rest may be."""
    gives_away = is_small(whole - part) and not is_small(whole)
    return WITHHELD if gives_away and not is_small(part) else tell(part)


def tell_share(share: float | None, people: int) -> float | None:
    """A share of at most so many people, None where it is of a few of them, or of all but a few."""
    if share is None:
        return None
    part = round(share * people, 6)
    return None if is_small(part) or is_small(people - part) else share


def tell_rate(part: Told, whole: Told) -> float | None:
    """One told count over another; None where either is not told, or of nothing."""
    return part / whole if isinstance(part, int) and isinstance(whole, int) and whole else None


def tell_parts(parts: Sequence[int]) -> list[Told]:
    """The parts of a whole whose size is told: beside small ones the smallest others are withheld.

    So many of these that what is not told is two parts or more, and together no small group.
    """
    hidden = {place for place, part in enumerate(parts) if is_small(part)}
    others = sorted((part, place) for place, part in enumerate(parts) if part and place not in hidden)
    for _, place in others:
        if not hidden or (len(hidden) > 1 and sum(parts[place] for place in hidden) >= SMALLEST_GROUP):
            break
        hidden.add(place)
    return [
        (WITHHELD if not is_small(part) else None) if place in hidden else part
        for place, part in enumerate(parts)
    ]


def round_to_tens(people: int) -> int | None:
    """A count that is told beside others that contain it, so that no difference tells of a few people."""
    return None if is_small(people) else round(people / SMALLEST_GROUP) * SMALLEST_GROUP
