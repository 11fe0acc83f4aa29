// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/theme.h"

#include <QByteArray>
#include <QStringList>

namespace eph::app {

/// What the window remembers between sessions.
struct WindowSettings {
    struct Project {
        QByteArray layout;
        QStringList files;
        QString current;
        QByteArray invoke; ///< What the Invoke panel had chosen, and events that were typed and not saved.
        QStringList places; ///< Line and column of the caret in each file, as `12:3`.
    };

    [[nodiscard]] static QStringList recentFolders(); ///< Newest first; folders that are gone are left out.
    static void addRecentFolder(const QString &folder);
    [[nodiscard]] static Project project(const QString &folder);
    static void saveProject(const QString &folder, const Project &project);
    [[nodiscard]] static QByteArray geometry();
    static void saveGeometry(const QByteArray &geometry);
    /// `system`, `light`, `dark` or `high-contrast`.
    [[nodiscard]] static QString scheme();
    static void setScheme(const QString &name);
    [[nodiscard]] static int codePoints(); ///< 0: as the system's font.
    static void setCodePoints(int points);
    [[nodiscard]] static bool wrapLines();
    static void setWrapLines(bool wrap);
    /// Functions are held to the processor time that their memory buys.
    [[nodiscard]] static bool sharesProcessor();
    static void setSharesProcessor(bool shares);
    [[nodiscard]] static ui::Scheme schemeFor(const QString &name);
};

} // namespace eph::app
