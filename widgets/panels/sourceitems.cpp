// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/eventfiles.h"
#include "widgets/common/contextactions.h"
#include "widgets/common/durations.h"
#include "widgets/common/theme.h"
#include "widgets/panels/sourcespanel.h"

#include <QClipboard>
#include <QDateTime>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QStringDecoder>
#include <QTreeWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;
using services::SourceItem;
using services::SourceKind;
using services::SourceSummary;

namespace {

constexpr int MaxShownText = 500; ///< Of a body in the list; the tool tip has more.
constexpr int MaxReason = 60;
constexpr int MaxToolTip = 4000;
constexpr qint64 MaxCopied = 16 * 1024 * 1024; ///< Of an object, into the clipboard.

enum ItemColumn { CameColumn, KeyColumn, TriesColumn, WhyColumn, BodyColumn };

[[nodiscard]] QString bodyText(const QByteArray &body)
{
    // Only the beginning may be there: it ends where it ends.
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(body);
    return decoder.hasError() || body.contains('\0') ? SourcesPanel::tr("Bytes that are no text") : text;
}

} // namespace

void SourcesPanel::showItems(const Picture &picture)
{
    const SourceSummary *source = current();
    const bool fresh = source && source->name == picture.name;
    // What was there stays in its place, so that nothing jumps under the pointer.
    const int count = fresh ? int(picture.items.size()) : 0;
    while (m_items->topLevelItemCount() > count)
        delete m_items->topLevelItem(m_items->topLevelItemCount() - 1);
    for (int row = 0; row < count; ++row) {
        const SourceItem &held = picture.items.at(row);
        QTreeWidgetItem *item = row < m_items->topLevelItemCount() ? m_items->topLevelItem(row) : new QTreeWidgetItem(m_items);
        const QString body = bodyText(held.body);
        item->setText(CameColumn, QDateTime::fromMSecsSinceEpoch(held.epochMs).toString(u"HH:mm:ss.zzz"_s));
        item->setToolTip(CameColumn, QDateTime::fromMSecsSinceEpoch(held.epochMs, Qt::UTC).toString(Qt::ISODateWithMs));
        item->setText(KeyColumn, held.key);
        item->setText(TriesColumn, source->kind == SourceKind::Queue ? QString::number(held.receives) : QString());
        item->setText(WhyColumn, held.reason.left(MaxReason).simplified());
        item->setToolTip(WhyColumn, held.reason.left(MaxToolTip));
        item->setText(BodyColumn, body.left(MaxShownText).simplified());
        item->setToolTip(BodyColumn, body.left(MaxToolTip));
        const QColor color = theme().color(held.hidden ? Token::Muted : Token::Text);
        for (int column = 0; column < m_items->columnCount(); ++column)
            item->setForeground(column, color);
        item->setToolTip(TriesColumn, held.hidden ? tr("Hidden: somebody received it, or it is delayed") : QString());
    }
    const auto none = [&](QString SourceItem::*text) { return std::none_of(picture.items.begin(), picture.items.end(), [text](const SourceItem &item) { return !(item.*text).isEmpty(); }); };
    m_items->setColumnHidden(KeyColumn, none(&SourceItem::key));
    m_items->setColumnHidden(TriesColumn, !source || source->kind != SourceKind::Queue);
    m_items->setColumnHidden(WhyColumn, none(&SourceItem::reason));
    m_itemsTitle->setText(source ? titleFor(*source, fresh && picture.items.isEmpty()) : QString());
    m_handled->setText(source ? handledText(*source) : QString());
    m_handled->setVisible(!m_handled->text().isEmpty());
}

QString SourcesPanel::titleFor(const SourceSummary &source, bool isEmpty) const
{
    if (source.kind == SourceKind::Topic)
        return tr("A topic keeps nothing: it passes everything on.");
    if (isEmpty)
        return tr("“%1” holds nothing.").arg(source.name);
    switch (source.kind) {
    case SourceKind::Queue: return tr("The oldest of “%1”").arg(source.name);
    case SourceKind::Bucket: return tr("Objects of “%1”, files in %2").arg(source.name, u".ephemera/buckets/"_s + source.name);
    default: return tr("The newest of “%1”").arg(source.name);
    }
}

QString SourcesPanel::handledText(const SourceSummary &source) const
{
    constexpr qsizetype Most = 4;
    const bool isTable = source.kind == SourceKind::Table;
    const runtime::OriginKind kind = source.kind == SourceKind::Queue ? runtime::OriginKind::Queue : isTable || source.kind == SourceKind::Stream ? runtime::OriginKind::Stream : runtime::OriginKind::Event;
    const QList<runtime::EndedInvocation> runs = m_cloud.recent().causedBy({kind, isTable ? QString("table/"_L1 + source.name) : source.name}, Most);
    QStringList parts;
    for (const runtime::EndedInvocation &run : runs) {
        const bool answered = run.outcome == runtime::Outcome::Answered;
        const QString time = QDateTime::fromMSecsSinceEpoch(run.startedEpochMs).toString(u"HH:mm:ss"_s);
        parts << (answered ? tr("✓ %1 %2, %3").arg(time, run.config.name, durationText(run.report.durationMs)) : tr("✗ %1 %2 failed").arg(time, run.config.name));
    }
    return parts.isEmpty() ? QString() : tr("Handed on: %1").arg(parts.join(u" · "_s));
}

void SourcesPanel::addItemActions()
{
    m_items->setToolTip(tr("Enter or double click opens it"));
    const auto add = [this](const QString &name, const QString &text, const std::function<void(const SourceItem &)> &run) {
        addContextAction(m_items, name, text, [this, run] {
            if (const SourceItem *item = currentItem())
                run(*item);
        });
    };
    add(u"sourcesOpenItem"_s, tr("Open"), [this](const SourceItem &) { openItem(); });
    add(u"sourcesCopyBody"_s, tr("Copy the body"), [this](const SourceItem &item) {
        QFile file(item.path);
        if (file.size() > MaxCopied)
            return Q_EMIT failed({ErrorCode::Invalid, tr("“%1” is too large for the clipboard (%2).").arg(item.key, QLocale().formattedDataSize(file.size())), tr("Its file is %1.").arg(item.path), {}});
        const QByteArray body = !item.path.isEmpty() && file.open(QIODevice::ReadOnly) ? file.readAll() : item.body;
        QGuiApplication::clipboard()->setText(QString::fromUtf8(body));
    });
    add(u"sourcesCopyId"_s, tr("Copy the key or the id"), [](const SourceItem &item) { QGuiApplication::clipboard()->setText(item.path.isEmpty() ? item.id : item.key); });
    connect(m_items, &QTreeWidget::itemActivated, this, &SourcesPanel::openItem);
}

const SourceItem *SourcesPanel::currentItem() const
{
    const int row = m_items->indexOfTopLevelItem(m_items->currentItem());
    return row >= 0 && row < int(m_picture.items.size()) ? &m_picture.items.at(row) : nullptr;
}

/// An object is a file that may be changed; what a queue or a stream holds is only read.
void SourcesPanel::openItem()
{
    const SourceItem *item = currentItem();
    const SourceSummary *source = current();
    if (!item || !source)
        return;
    if (!item->path.isEmpty())
        return Q_EMIT placeRequested(item->path, 0, 0);
    const bool json = !events::checkJson(item->body);
    Q_EMIT openRequested(QString(source->name + u'-' + item->id + (json ? u".json"_s : u".txt"_s)), events::prettyJson(item->body));
}

} // namespace eph::ui
