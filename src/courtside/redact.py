"""Keeping secrets out of what people and log files read."""

import re

MASK = "****"

_URL_PASSWORD = re.compile(r"(\b[a-zA-Z][\w+.-]*://[^\s:/@]*):[^\s/\"']*@")
_QUERY_PASSWORD = re.compile(r"([?&\s](?:\w*password|api_?key|token)=)[^&\s'\"]+", re.IGNORECASE)
_BEARER = re.compile(r"(\bBearer\s+)[^\s,;'\"]+", re.IGNORECASE)


def hide_secrets(text: str, secrets: tuple[str, ...] = ()) -> str:
    """The text without passwords in URLs, bearer keys, and the `secrets` named.

    >>> hide_secrets("postgresql://ann:pa:ss@db/games?password=x&a=1")
    'postgresql://ann:****@db/games?password=****&a=1'
    >>> hide_secrets("kafka://ann:pass@one:9092,two:9092?ssl_key_password=x")
    'kafka://ann:****@one:9092,two:9092?ssl_key_password=****'
    >>> hide_secrets("Authorization: Bearer abc.def")
    'Authorization: Bearer ****'
    """
    text = _URL_PASSWORD.sub(rf"\1:{MASK}@", text)
    text = _QUERY_PASSWORD.sub(rf"\1{MASK}", text)
    text = _BEARER.sub(rf"\1{MASK}", text)
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text
