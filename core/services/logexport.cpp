// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/logexport.h"

#include "core/base/text.h"
#include "core/logs/logarchive.h"

#include <QJsonDocument>
#include <QSaveFile>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// The file that is being written.
class Writer
{
public:
    explicit Writer(const LogExport &to)
        : m_to(to)
        , m_file(to.file)
    {
        m_isFine = m_file.open(QIODevice::WriteOnly);
    }

    [[nodiscard]] bool add(const StoredLine &line)
    {
        const QByteArray bytes = (m_to.format == LogExport::Format::JsonLines ? jsonLine(line, m_to.cost) : line.bytes.toByteArray()) + '\n';
        m_isFine = m_isFine && m_file.write(bytes) == bytes.size();
        m_lines += m_isFine;
        return m_isFine;
    }
    [[nodiscard]] Result<qint64> finish()
    {
        if (!m_isFine || !m_file.commit())
            return failure(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(m_to.file, m_file.errorString()), Core::tr("Look at the room on the disk and the rights of its folder."));
        return m_lines;
    }

private:
    const LogExport &m_to;
    QSaveFile m_file;
    bool m_isFine = false;
    qint64 m_lines = 0;
};

} // namespace

QByteArray jsonLine(const StoredLine &line, const LineCost &cost)
{
    QJsonObject object = toJson(line);
    if (const auto money = cost.of(line.fields))
        object.insert(u"costUsd"_s, money->exact());
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Result<qint64> exportLog(const LogService &log, const LogRequest &request, const LogExport &to)
{
    Writer writer(to);
    const std::atomic<bool> cancelled = false;
    if (const auto read = log.each(request, cancelled, [&](const StoredLine &line) { return writer.add(line); }); !read)
        return tl::unexpected(read.error());
    return writer.finish();
}

Result<qint64> exportLines(const QList<logs::Line> &lines, const LogExport &to)
{
    auto redaction = logs::Redaction::make(to.rules);
    if (!redaction)
        return tl::unexpected(redaction.error());
    Writer writer(to);
    for (const logs::Line &line : lines) {
        const QByteArray bytes = redaction->apply(logs::archiveLine(line));
        if (!writer.add({bytes, logs::fieldsOf(bytes)}))
            break;
    }
    return writer.finish();
}

} // namespace eph::services
