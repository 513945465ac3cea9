"""What hostile people type: into fields, and into addresses."""

from urllib.parse import urlencode

DEEP = 1_000
MARKUP = '"><img src=x onerror="window.ran=1">'

TEXTS = [
    *["", "0", "-1", "1", "2", "1.5", "1e9", "٣", "999999999999999999999", "NaN", "inf", "-0"],
    *[
        "null",
        "true",
        "on",
        "name",
        "-name",
        "--name",
        "__class__",
        "any",
        "empty",
        "1;2",
        "[",
        "%",
    ],
    *["\0", "<script>window.ran = 1</script>", MARKUP, "{{7*7}}${7*7}<%= 7*7 %>", "' OR 1=1 --"],
    *["../..", "~", "a/b", "\u202egnp.exe\u202c", "\ud7ff", "\ud800", "🎥", "\x1b[31m", "\u2028"],
    *["\r\nX-Evil: 1", "a\nb\rc\r\n", " ", "x" * 257, "x" * 1001, "%s%n%d", "\\", "\ufeff"],
]
JSONS = [
    *["{}", "[]", "{", '{"a": 1}', '{"a": "\\ud800"}', '{"a": NaN}', '{"a": 1e999}', '{"": ""}'],
    *["[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[" * 100_000],
    *['{"\\ud800": 1}', '[{"agent_name": "\\ud800"}]', '{"rule": {"\\ud800": 1}}'],
    *["1" * 5_000, '{"a": "\\u0000"}', '{"a": null}', '[{"kind": "x"}]', '{"a": "b", "a": "c"}'],
]
LARGE = ["é" * 50_000, "x\n" * 50_000, "+15550100\n" * 5_000, "<" * 100_000]


def encoded(pairs: list[tuple[str, str]]) -> str:
    """Return a form's body, or a query; half a character becomes the bytes that nobody may send."""
    return urlencode(pairs, errors="surrogatepass")
