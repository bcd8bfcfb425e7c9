"""Whole tokens that hold a digit, as one sign: the first step to a template, by itself what tells lines apart."""

import re

_DIGITS = re.compile(r"(?<![0-9A-Za-z_])[A-Za-z_]*+[0-9][0-9A-Za-z_]*")


def masked(text: str) -> str:
    """The text with `0` for every token (run of [0-9A-Za-z_]) that holds a digit.

    `pipeline.logs.masking` does the same to blocks of bytes. What is found in a masked text is the same for all lines
    that are alike once masked.
    """
    return _DIGITS.sub("0", text)


def masked_start(text: str, length: int) -> str:
    """What a masked text begins with, at least so many characters of it, or all."""
    end = 4 * length
    while end < len(text):
        space = text.rfind(" ", 0, end)
        if space > 0 and len(found := masked(text[:space])) >= length:
            return found
        end *= 4
    return masked(text)
