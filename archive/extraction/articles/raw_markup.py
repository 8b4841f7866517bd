"""The markup of a page as bytes, before it is decoded and parsed: what nobody sees, and tags."""

import re

UNSEEN = re.compile(
    rb"<(script|style|noscript|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
TAG = re.compile(rb"<[^<>]{0,4000}>")
