# SPDX-License-Identifier: GPL-3.0-or-later
"""What the parts of the runtime share."""
request_id = ""
tenant_id = None
