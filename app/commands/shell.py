"""Command lines that are safe to paste and honest to read, whatever their words hold.

They mean the same in sh, bash, zsh, ksh and fish. With a character that does not print they need
`$'…'`, which dash reads as another text and fish refuses.
"""

import re

PLAIN = re.compile(r"[A-Za-z0-9_./:-]+")
SPECIAL = re.compile(r"([\\']+)")  # what fish treats differently inside single quotes
# Letters and marks that print as nothing, beyond what str.isprintable() already refuses:
# Default_Ignorable_Code_Point in DerivedCoreProperties.txt, and the blank Braille pattern.
BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# The longest word that Linux passes to a program (MAX_ARG_STRLEN, include/uapi/linux/binfmts.h).
LONGEST = 128 * 1024 - 1


class UnsayableError(Exception):
    """A value that no command line can carry."""


def quote(text: str) -> str:
    r"""Return `text` as one word for a shell, with nothing in it hidden or acted upon.

    Backslashes and quotes are escaped outside the quotes: fish, unlike the others, reads `\\` and
    `\'` inside single quotes. Text that does not print becomes $'…' with octal escapes, which
    bash, zsh, ksh and POSIX.1-2024 know.
    """
    if PLAIN.fullmatch(text):
        return text
    if text.isprintable() and not BLANK.search(text):
        return "".join(map(_quoted, SPECIAL.split(text))) or "''"
    return "$'" + "".join(map(_escaped, text)) + "'"


def _quoted(part: str) -> str:
    if SPECIAL.fullmatch(part):
        return "".join(f"\\{char}" for char in part)
    return f"'{part}'" if part else ""


def _escaped(char: str) -> str:
    if char == "\n":
        return r"\n"
    if char.isprintable() and not BLANK.match(char) and char not in "\\'!":
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode())


def line(*words: str, stdin: str = "") -> str:
    """Return a command line; `stdin` is piped into it. Raises UnsayableError."""
    for word in (*words, stdin):
        try:
            size = len(word.encode())
        except UnicodeEncodeError:
            raise UnsayableError from None
        if size > LONGEST or "\0" in word:
            raise UnsayableError
    command = " ".join(map(quote, words))
    return f"printf %s {quote(stdin)} | {command}" if stdin else command
