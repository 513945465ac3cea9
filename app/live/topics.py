"""Topics: the parts of the product that pages show, and names of one thing in such a part.

`rooms` is all rooms, `room:standup` is one. The part before the colon is the topic's area, which
alone stands for everything in it: a page about `room:standup` also shows what `room` changes.
"""

from collections.abc import Collection, Iterable

EVERYTHING = "*"  # nobody knows what changed: every page refreshes once
MOST = 200  # names of single things in one message, before their areas stand for them


def area(topic: str) -> str:
    """Return the part of a topic before its colon."""
    return topic.partition(":")[0]


def bounded(topics: Collection[str], most: int = MOST) -> frozenset[str]:
    """Return the topics; if they are many, their areas, which are as many as the product has."""
    if len(topics) <= most:
        return frozenset(topics)
    areas = frozenset(map(area, topics))
    return areas if len(areas) <= most else frozenset({EVERYTHING})


def named_only_in(topics: Iterable[str], areas: Collection[str]) -> frozenset[str]:
    """Return the topics, those of other areas without the name of what they are about."""
    return frozenset(topic if area(topic) in areas else area(topic) for topic in topics)
