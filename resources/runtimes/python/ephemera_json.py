# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON as the service's client writes it: Decimal as a number, named tuples as objects, bytes as text.

The json package imports re, enum and functools, which take as long as the bare interpreter. What it is built on, the C
module, does without them; the package takes over for whatever the C module does not accept, with its own errors.
"""
import sys

try:
    from _json import encode_basestring, encode_basestring_ascii, make_encoder, make_scanner
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
    return any(kind.__name__ == "Decimal" and kind.__module__ == "decimal" for kind in type(value).__mro__)


def _plain(value):
    if _is_decimal(value):
        raise _HasDecimals
    if isinstance(value, bytes):
        return value.decode("utf-8")
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def _has_named_tuples(value):
    """Of what holds no circle. Without the module that makes them, there are none."""
    if "collections" not in sys.modules:
        return False
    waiting = [value]
    # What is in one comes after it.
    for one in waiting:
        if type(one) is str:
            continue
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, tuple) and hasattr(one, "_asdict"):
            return True
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)
    return False


def _plain_form(value):
    """Named tuples as objects, keys of bytes as text."""
    if isinstance(value, dict):
        return {key.decode("utf-8") if isinstance(key, bytes) else key: _plain_form(one) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _plain_form(value._asdict())
    return [_plain_form(one) for one in value] if isinstance(value, (list, tuple)) else value


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


def dumps(value, ascii_only=False):
    try:
        text = _encode(value, ascii_only)
    except TypeError as error:
        if "keys must be" not in str(error):
            raise
        return _encode(_plain_form(value), ascii_only)
    return _encode(_plain_form(value), ascii_only) if _has_named_tuples(value) else text


def _encode(value, ascii_only):
    if make_scanner is not None:
        encode_text = encode_basestring_ascii if ascii_only else encode_basestring
        if isinstance(value, str):
            return encode_text(value)
        encode = make_encoder({}, _plain, encode_text, None, ": ", ", ", False, False, True)
        try:
            return "".join(encode(value, 0))
        except _HasDecimals:
            encode = make_encoder({}, _digits, lambda text: text if type(text) is _Digits else encode_text(text), None, ": ", ", ", False, False, True)
            return "".join(encode(value, 0))
    from json import dumps as package_dumps
    return package_dumps(value, ensure_ascii=ascii_only, default=lambda one: float(one) if _is_decimal(one) else _plain(one))


def _digits(value):
    if not _is_decimal(value):
        return _plain(value)
    return _Digits("NaN" if value.is_nan() else value)


if make_scanner is not None:
    _scan = make_scanner(_Decoding)
