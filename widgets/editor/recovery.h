// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <optional>

namespace eph::ui {

/// Copies of texts that are not saved yet, outside the project, so that a crash or a lost session costs a few seconds of
/// typing at most.
class Recovery
{
public:
    /// In the user's data folder.
    Recovery();

    struct Copy {
        QByteArray utf8;
        QByteArray basis; ///< Of the text on the disk that it was made from, as basisOf() gives it.
    };
    /// What tells one text from another.
    [[nodiscard]] static QByteArray basisOf(const QByteArray &utf8);

    void keep(const QString &path, const Copy &copy) const;
    void forget(const QString &path) const;
    [[nodiscard]] std::optional<Copy> kept(const QString &path) const;
    /// Files below a folder that have a copy.
    [[nodiscard]] QStringList keptBelow(const QString &folder) const;

private:
    [[nodiscard]] QString fileFor(const QString &path) const;

    QString m_folder;
};

} // namespace eph::ui
