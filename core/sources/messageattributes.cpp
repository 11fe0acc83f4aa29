// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/messageattributes.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QtEndian>

namespace eph::sources {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxAttributes = 10;

[[nodiscard]] bool isBinary(const QJsonObject &attribute)
{
    return attribute.value("DataType"_L1).toString().startsWith("Binary"_L1);
}

[[nodiscard]] QByteArray valueOf(const QJsonObject &attribute)
{
    return isBinary(attribute) ? QByteArray::fromBase64(attribute.value("BinaryValue"_L1).toString().toLatin1()) : attribute.value("StringValue"_L1).toString().toUtf8();
}

void addSized(QByteArray &digested, const QByteArray &bytes)
{
    char length[4];
    qToBigEndian(quint32(bytes.size()), length);
    digested.append(length, sizeof length).append(bytes);
}

} // namespace

Result<void> checkMessageAttributes(const QJsonObject &attributes)
{
    const auto refused = [](const QString &text) { return failure(ErrorCode::Invalid, text, {}, u"InvalidParameterValue"_s); };
    if (attributes.size() > MaxAttributes)
        return refused(u"Number of message attributes [%1] exceeds the allowed maximum [%2]."_s.arg(attributes.size()).arg(MaxAttributes));
    static const QRegularExpression nameForm(u"^(?!\\.)(?!.*\\.\\.)[A-Za-z0-9_.-]{1,256}(?<!\\.)$"_s);
    static const QRegularExpression typeForm(u"^(String|Number|Binary)(\\..{1,249})?$"_s);
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        const QJsonObject attribute = it.value().toObject();
        const QString type = attribute.value("DataType"_L1).toString();
        if (!nameForm.match(it.key()).hasMatch() || it.key().startsWith("AWS."_L1, Qt::CaseInsensitive) || it.key().startsWith("Amazon."_L1, Qt::CaseInsensitive))
            return refused(u"The message attribute name '%1' is invalid. Attribute names can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."_s.arg(it.key()));
        if (type.isEmpty())
            return refused(u"The message attribute '%1' must contain a non-empty message attribute type."_s.arg(it.key()));
        if (!typeForm.match(type).hasMatch())
            return refused(u"The message attribute '%1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."_s.arg(it.key()));
        const QByteArray value = valueOf(attribute);
        if (value.isEmpty())
            return refused(u"The message attribute '%1' must contain a non-empty message attribute value for message attribute type '%2'."_s.arg(it.key(), type.section(u'.', 0, 0)));
        bool isNumber = true;
        if (type.startsWith("Number"_L1))
            value.toDouble(&isNumber);
        if (!isNumber)
            return refused(u"Can't cast the value of message (user) attribute '%1' to a number."_s.arg(it.key()));
    }
    return {};
}

qint64 attributesSize(const QJsonObject &attributes)
{
    qint64 size = 0;
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        const QJsonObject attribute = it.value().toObject();
        size += it.key().toUtf8().size() + attribute.value("DataType"_L1).toString().toUtf8().size() + valueOf(attribute).size();
    }
    return size;
}

QString attributesMd5(const QJsonObject &attributes)
{
    if (attributes.isEmpty())
        return {};
    QByteArray digested;
    // QJsonObject holds its names in order, as the rule asks.
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        const QJsonObject attribute = it.value().toObject();
        addSized(digested, it.key().toUtf8());
        addSized(digested, attribute.value("DataType"_L1).toString().toUtf8());
        digested.append(isBinary(attribute) ? '\2' : '\1');
        addSized(digested, valueOf(attribute));
    }
    return QString::fromLatin1(QCryptographicHash::hash(digested, QCryptographicHash::Md5).toHex());
}

} // namespace eph::sources
