"""The hash at the end of a file that befell wrote: it tells whether somebody edited the file since.

It is the comment of a DOCX's zip archive, and a comment after the last line of a PDF. Programs that save the file write
it without.
"""

import hashlib

MARK = b"befell sha256:"
SIZE = 64  # hexadecimal digits of SHA-256


def seal(content: bytes) -> bytes:
    """The content, which ends with MARK, and the hash of all before."""
    return content + hashlib.sha256(content).hexdigest().encode()


def is_file_format(content: bytes) -> bool:
    """Whether this is a zip archive (DOCX) or a PDF."""
    return content.startswith((b"PK\x03\x04", b"%PDF-"))


def is_untouched(content: bytes) -> bool:
    """Whether this is, byte for byte, what befell wrote."""
    return content[:-SIZE].endswith(MARK) and seal(content[:-SIZE]) == content
