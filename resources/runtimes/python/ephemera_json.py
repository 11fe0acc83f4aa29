# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON as the service's client writes it: not escaped, Decimal as a number."""
from json import JSONEncoder, loads  # noqa: F401


def _plain(value):
    # Decimal is what DynamoDB hands out; imported only where one turns up.
    if type(value).__name__ == "Decimal" and type(value).__module__ == "decimal":
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


dumps = JSONEncoder(ensure_ascii=False, default=_plain).encode
