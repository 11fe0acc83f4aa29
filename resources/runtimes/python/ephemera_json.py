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


def _plain(value):
    # Decimal is what DynamoDB hands out; imported only where one turns up.
    if type(value).__name__ == "Decimal" and type(value).__module__ == "decimal":
        return int(value) if value == value.to_integral_value() else float(value)
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
        return "".join(encode(value, 0))
    from json import dumps as package_dumps
    return package_dumps(value, ensure_ascii=False, default=_plain)


if make_scanner is not None:
    _scan = make_scanner(_Decoding)
