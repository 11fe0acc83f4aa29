# SPDX-License-Identifier: GPL-3.0-or-later
"""Ephemera's client of the Lambda Runtime API for Python. It imports as little as it can: each module costs start time."""
import os
import sys

sys.path[0] = os.path.dirname(os.path.abspath(__file__))
import ephemera_imports  # noqa: E402

ephemera_imports.install()
import lambda_runtime  # noqa: E402

lambda_runtime.main()
