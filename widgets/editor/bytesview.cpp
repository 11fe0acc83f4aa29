// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/bytesview.h"

#include "widgets/common/theme.h"

#include <QFileInfo>
#include <QImageReader>
#include <QLocale>
#include <QMimeDatabase>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace eph::ui {

namespace {

constexpr int Margin = 16;
constexpr int LongestSide = 4096; ///< Of a picture as it is kept.

} // namespace

BytesView::BytesView(const QString &path, QWidget *parent)
    : QWidget(parent)
    , m_path(path)
    , m_asText(new QPushButton(tr("Show as text")))
{
    setObjectName(QStringLiteral("bytesView"));
    setFocusPolicy(Qt::StrongFocus);
    m_asText->setObjectName(QStringLiteral("bytesAsText"));
    m_asText->setToolTip(tr("Each byte as a character; a byte that is changed is changed in the file"));
    connect(m_asText, &QPushButton::clicked, this, &BytesView::textRequested);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Margin, Margin, Margin, Margin);
    layout->addStretch();
    layout->addWidget(m_asText, 0, Qt::AlignRight);
    load();
}

void BytesView::load()
{
    const QFileInfo file(m_path);
    QImageReader reader(m_path);
    reader.setAutoTransform(true);
    if (const QSize size = reader.size(); size.width() > LongestSide || size.height() > LongestSide)
        reader.setScaledSize(size.scaled(LongestSide, LongestSide, Qt::KeepAspectRatio));
    const QSize whole = reader.size();
    // What is packed as well may be of any size.
    const QImage image = reader.format().startsWith("svg") ? QImage() : reader.read();
    m_picture = QPixmap::fromImage(image);
    const QString size = QLocale().formattedDataSize(file.size());
    const QString kind = QMimeDatabase().mimeTypeForFile(file).comment();
    m_text = image.isNull() ? tr("%1 is no text, and is not shown here: %2, %3.").arg(file.fileName(), kind, size) : tr("%1 × %2 pixels, %3, %4").arg(whole.width()).arg(whole.height()).arg(kind, size);
    setAccessibleName(file.fileName() + QStringLiteral(": ") + m_text);
    update();
}

void BytesView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    const QRect inner = rect().adjusted(Margin, Margin, -Margin, -Margin);
    if (hasFocus()) {
        painter.setPen(theme().color(Token::Accent));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
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
