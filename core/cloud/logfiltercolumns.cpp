// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logfiltercondition.h"


#include <QStringList>

namespace eph::cloud::logfilter {

using namespace Qt::StringLiterals;

namespace {

/// A field of the event; null: any.
using Column = Test<Value>;

[[nodiscard]] QString takeName(Reader &reader)
{
    static const QRegularExpression name(u"[A-Za-z0-9_\\-]+"_s);
    reader.skipSpace();
    return reader.take(name);
}

[[nodiscard]] Result<Column> parseColumn(Reader &reader)
{
    const Reader before = reader;
    const QString name = takeName(reader);
    reader.skipSpace();
    if (reader.atEnd() || reader.peek() == u',' || reader.peek() == u']')
        return Column();
    reader = before;
    return parseCompound<Value>(reader, [name](Reader &from) -> Result<Column> {
        if (takeName(from) != name)
            return from.expected(Core::tr("the name of the column, “%1”,").arg(name));
        return parseCondition(from);
    });
}

/// What is in brackets or quotation marks is one, without them. The last one of `most` is all that is left.
[[nodiscard]] QStringList fieldsOf(const QString &message, qsizetype most)
{
    static const QRegularExpression field(uR"x(\[([^\]]*)\](?=\s|$)|"([^"]*)"(?=\s|$)|(\S+))x"_s);
    QStringList fields;
    for (auto matches = field.globalMatch(message); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        if (fields.size() == most - 1 && matches.hasNext()) {
            fields << message.mid(match.capturedStart()).trimmed();
            break;
        }
        fields << match.captured(match.lastCapturedIndex());
    }
    return fields;
}

[[nodiscard]] Value valueOf(const QString &text)
{
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    return {text, isNumber ? std::optional(number) : std::nullopt};
}

[[nodiscard]] bool holds(const QList<Column> &columns, const QStringList &fields, qsizetype from)
{
    for (qsizetype i = 0; i < columns.size(); ++i) {
        if (columns.at(i) && !columns.at(i)(valueOf(fields.at(from + i))))
            return false;
    }
    return true;
}

} // namespace

Result<std::function<bool(const QString &)>> parseColumns(Reader &reader)
{
    (void)reader.take(u"[");
    QList<Column> first;
    QList<Column> last; // Behind an ellipsis.
    bool hasEllipsis = false;
    do {
        if (reader.take(u"...")) {
            if (std::exchange(hasEllipsis, true))
                return reader.expected(Core::tr("one “...”"));
            continue;
        }
        auto column = parseColumn(reader);
        if (!column)
            return tl::unexpected(column.error());
        (hasEllipsis ? last : first) << *std::move(column);
    } while (reader.take(u","));
    if (!reader.take(u"]"))
        return reader.expected(Core::tr("a comma or “]”"));
    return [first, last, hasEllipsis](const QString &message) {
        const QStringList fields = fieldsOf(message, hasEllipsis ? -1 : first.size());
        return fields.size() >= first.size() + last.size() && holds(first, fields, 0) && holds(last, fields, fields.size() - last.size());
    };
}

} // namespace eph::cloud::logfilter
