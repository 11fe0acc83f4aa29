// SPDX-License-Identifier: GPL-3.0-or-later
// The library is what is linked to it.
