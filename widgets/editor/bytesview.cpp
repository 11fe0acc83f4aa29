// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/bytesview.h"

#include "widgets/common/theme.h"

#include <QFileInfo>
#include <QImageReader>
#include <QLocale>
#include <QMimeDatabase>
#include <QPainter>

namespace eph::ui {

namespace {

constexpr int Margin = 16;
constexpr int MostPictureMiB = 256;

} // namespace

BytesView::BytesView(const QString &path, QWidget *parent)
    : QWidget(parent)
    , m_path(path)
{
    setObjectName(QStringLiteral("bytesView"));
    setFocusPolicy(Qt::StrongFocus);
    load();
}

void BytesView::load()
{
    const QFileInfo file(m_path);
    QImageReader reader(m_path);
    QImageReader::setAllocationLimit(MostPictureMiB);
    const QImage image = reader.read();
    m_picture = QPixmap::fromImage(image);
    const QString size = QLocale().formattedDataSize(file.size());
    const QString kind = QMimeDatabase().mimeTypeForFile(file).comment();
    m_text = image.isNull() ? tr("%1 is no text, and is not shown here: %2, %3.").arg(file.fileName(), kind, size) : tr("%1 × %2 pixels, %3, %4").arg(image.width()).arg(image.height()).arg(kind, size);
    setAccessibleName(file.fileName() + QStringLiteral(": ") + m_text);
    update();
}

void BytesView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    const QRect inner = rect().adjusted(Margin, Margin, -Margin, -Margin);
    painter.setPen(theme().color(Token::Muted));
    if (!isPicture())
        return painter.drawText(inner, Qt::AlignCenter | Qt::TextWordWrap, m_text);
    const QRect below(inner.left(), inner.bottom() - 2 * fontMetrics().height(), inner.width(), 2 * fontMetrics().height());
    painter.drawText(below, Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, m_text);
    const QSize room(inner.width(), inner.height() - below.height() - Margin);
    // As it is where there is room; never larger than that.
    const QSize shown = m_picture.width() > room.width() || m_picture.height() > room.height() ? m_picture.size().scaled(room, Qt::KeepAspectRatio) : m_picture.size();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawPixmap(QRect(inner.left() + (room.width() - shown.width()) / 2, inner.top() + (room.height() - shown.height()) / 2, shown.width(), shown.height()), m_picture);
}

} // namespace eph::ui
