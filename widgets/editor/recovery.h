// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace eph::ui {

/// Copies of texts that are not saved yet, outside the project, so that a crash or a lost session costs a few seconds of
/// typing at most.
class Recovery
{
public:
    /// In the user's data folder.
    Recovery();

    void keep(const QString &path, const QByteArray &utf8) const;
    void forget(const QString &path) const;
    /// Null when there is none.
    [[nodiscard]] QByteArray kept(const QString &path) const;
    /// Files below a folder that have a copy.
    [[nodiscard]] QStringList keptBelow(const QString &folder) const;

private:
    [[nodiscard]] QString fileFor(const QString &path) const;

    QString m_folder;
};

} // namespace eph::ui
