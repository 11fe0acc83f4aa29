# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON as the service's client writes it: not escaped, Decimal as a number.

The json package imports re, enum and functools, which take as long as the bare interpreter. What it is built on, the C
module, does without them; the package takes over for whatever the C module does not accept, with its own errors.
"""
try:
    from _json import encode_basestring, make_encoder, make_scanner
except ImportError:
    make_scanner = None

_SPACE = " \t\n\r"


class _Decoding:
    """What the scanner reads its settings from."""
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    memo = {}

    @staticmethod
    def parse_constant(name):
        return {"-Infinity": float("-inf"), "Infinity": float("inf"), "NaN": float("nan")}[name]


class _Digits(str):
    """Goes out as it is."""


class _HasDecimals(Exception):
    pass


def _is_decimal(value):
    # What DynamoDB hands out; imported only where one turns up.
    return type(value).__name__ == "Decimal" and type(value).__module__ == "decimal"


def _plain(value):
    if _is_decimal(value):
        raise _HasDecimals
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def loads(text):
    if make_scanner is not None:
        try:
            plain = text if isinstance(text, str) else text.decode("utf-8")
            value, end = _scan(plain, len(plain) - len(plain.lstrip(_SPACE)))
            if not plain[end:].strip(_SPACE):
                return value
        except (StopIteration, ValueError):
            pass
    from json import loads as package_loads
    return package_loads(text)


def dumps(value):
    if make_scanner is not None:
        if isinstance(value, str):
            return encode_basestring(value)
        encode = make_encoder({}, _plain, encode_basestring, None, ": ", ", ", False, False, True)
        try:
            return "".join(encode(value, 0))
        except _HasDecimals:
            encode = make_encoder({}, _digits, _encode_text, None, ": ", ", ", False, False, True)
            return "".join(encode(value, 0))
    from json import dumps as package_dumps
    return package_dumps(value, ensure_ascii=False, default=lambda one: float(one) if _is_decimal(one) else _plain(one))


def _digits(value):
    return _Digits(value) if _is_decimal(value) else _plain(value)


def _encode_text(text):
    return text if type(text) is _Digits else encode_basestring(text)


if make_scanner is not None:
    _scan = make_scanner(_Decoding)
