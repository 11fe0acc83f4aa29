// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QWidget>

class QPushButton;

namespace eph::ui {

/// A file that is no text: a picture is shown, of anything else what it is and how large. Nothing here writes it.
class BytesView : public QWidget
{
    Q_OBJECT
public:
    explicit BytesView(const QString &path, QWidget *parent = nullptr);

    /// The same file by another name.
    void setPath(const QString &path) { m_path = path; }
    /// Reads the file again.
    void load();
    [[nodiscard]] bool isPicture() const { return !m_picture.isNull(); }

Q_SIGNALS:
    /// Somebody knows better what it is.
    void textRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_path;
    QPixmap m_picture; ///< Null where it is none.
    QString m_text;
    QPushButton *m_asText;
};

} // namespace eph::ui
