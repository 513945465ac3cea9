"""Plain American English: words and phrases that read as if they had been translated."""

import re
from pathlib import Path

import pytest

from tests.contracts.tree import ROOT

# What to write instead: reported, again, immediately, automatically, rejected, removed, one per
# line, last update, check, continues, arrives, remote party, is shown, "if" for "where".
BANNED = re.compile(
    "|".join(
        phrase.replace(" ", r"[\s#]+")  # a phrase may go over the end of a line, in comments too
        for phrase in (
            r"\b(?:is|are|was|were|be|been|not) told\b",
            r"\btells? (?:of|what|whether|who|why|it)\b",
            r"\banew\b",
            r"\bat once\b",
            r"\bby (?:itself|themselves)\b",
            r"\bturned away\b",
            r"\btaken out\b",
            r"\b(?:last )?heard of\b",
            r"\bone a line\b",
            r"\blook(?:s|ed)? into\b",
            r"\bgoes on\b",
            r"\bcomes? in(?:to)?\b",
            r"\bthe other end\b",
            r"\bnot there any more\b",
            r"\bstands? (?:there|in|behind|for it|beside)\b",
            r"\bWho (?:joins|has|may|calls|is in)\b",
            r"\bWhere (?:it|none|nobody|they|one)\b",
            r"(?<!here\x20)\bis (?:none|no [A-Z])",
            r"\bas far as can be\b",
            r"\bwithout a word\b",
            r"\b(?:sound|pictures) and (?:pictures|sound)\b",
            r"\bput together\b",
            r"\bmend(?:s|ed|ing)?\b",
            r"\bwhoever\b",
            r"\bwhatever is (?:typed|sent|asked)\b",
            r'"""Give ',
            r'"""Whether ',
        )
    )
)
ENDINGS = {".css", ".j2", ".js", ".md", ".py", ".sh", ".yaml", ".yml"}
FOLDERS = ("app", "benchmarks", "deploy", "dev", "docs", "tests", "tools")


def written() -> list[Path]:
    """Return every file that a person reads, but for what others wrote."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return sorted(
        path
        for path in [*ROOT.glob("*.md"), *ROOT.glob("*.yaml"), *found]
        if path.suffix in ENDINGS
        and not {"vendor", "node_modules"} & set(path.parts)
        and path != Path(__file__)
    )


def test_no_text_reads_as_translated() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for path in written()
        for text in [path.read_text()]
        for match in BANNED.finditer(text)
    ]
    assert places == []


@pytest.mark.parametrize(
    ("text", "banned"),
    [
        ("The page was told of it.", True),
        ("It ends at\n    # once for all.", True),
        ("The reason is none of LiveKit's.", True),
        ("There is no Authorization header.", False),
        ("It ends immediately.", False),
    ],
)
def test_the_search_sees_a_phrase_across_lines(text: str, banned: bool) -> None:
    assert bool(BANNED.search(text)) is banned
