// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/queryprotocol.h"

#include <QJsonArray>
#include <QUrl>
#include <QXmlStreamWriter>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxDepth = 10;
constexpr int MaxIndex = 1000;

struct Node {
    QString value;
    QMap<QString, Node> children;
};

[[nodiscard]] QString decoded(QByteArray text)
{
    return QString::fromUtf8(QByteArray::fromPercentEncoding(text.replace('+', ' ')));
}

[[nodiscard]] QJsonValue toJson(const Node &node)
{
    if (node.children.isEmpty())
        return node.value;
    bool isList = true;
    QMap<int, QJsonValue> items;
    QJsonObject object;
    for (auto it = node.children.begin(); it != node.children.end(); ++it) {
        bool isNumber = false;
        const int index = it.key().toInt(&isNumber);
        isList = isList && isNumber && index > 0 && index <= MaxIndex;
        const QJsonValue value = toJson(it.value());
        if (isNumber)
            items.insert(index, value);
        object.insert(it.key(), value);
    }
    if (!isList)
        return object;
    QJsonArray list;
    for (const QJsonValue &item : std::as_const(items))
        list.append(item);
    return list;
}

void write(QXmlStreamWriter &xml, const QString &name, const QJsonValue &value)
{
    if (value.isArray()) {
        const QJsonArray list = value.toArray();
        for (const auto &item : list)
            write(xml, name, item);
        return;
    }
    xml.writeStartElement(name);
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            write(xml, it.key(), it.value());
    } else {
        xml.writeCharacters(value.isDouble() ? QString::number(value.toDouble(), 'g', 17) : value.toVariant().toString());
    }
    xml.writeEndElement();
}

[[nodiscard]] http::Response xmlResponse(int status, const QByteArray &xml, const QByteArray &requestId)
{
    return {status, {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", requestId}}, xml};
}

} // namespace

bool isQuery(const http::Request &request)
{
    return request.method == "POST" && request.header("Content-Type").startsWith("application/x-www-form-urlencoded");
}

QJsonObject queryFields(const QByteArray &form)
{
    Node root;
    const QList<QByteArray> pairs = form.split('&');
    for (const QByteArray &pair : pairs) {
        const qsizetype equals = pair.indexOf('=');
        if (equals <= 0)
            continue;
        const QStringList path = decoded(pair.left(equals)).split(u'.');
        if (path.size() > MaxDepth)
            continue;
        Node *node = &root;
        for (const QString &part : path)
            node = &node->children[part];
        node->value = decoded(pair.mid(equals + 1));
    }
    return toJson(root).toObject();
}

QByteArray queryAction(const http::Request &request)
{
    constexpr QByteArrayView Key("Action=");
    const QList<QByteArray> pairs = request.body.split('&');
    for (const QByteArray &pair : pairs) {
        if (pair.startsWith(Key))
            return pair.mid(Key.size());
    }
    return {};
}

http::Response queryResponse(const QByteArray &action, const QByteArray &xmlNamespace, const QJsonObject &result, const QByteArray &requestId)
{
    QByteArray text;
    QXmlStreamWriter xml(&text);
    xml.writeStartDocument();
    xml.writeStartElement(QString::fromLatin1(action) + "Response"_L1);
    xml.writeDefaultNamespace(QString::fromLatin1(xmlNamespace));
    // Those who read it look for the element, also where it says nothing.
    if (result.isEmpty())
        xml.writeEmptyElement(QString::fromLatin1(action) + "Result"_L1);
    else
        write(xml, QString::fromLatin1(action) + "Result"_L1, result);
    write(xml, u"ResponseMetadata"_s, QJsonObject{{u"RequestId"_s, QString::fromLatin1(requestId)}});
    xml.writeEndDocument();
    return xmlResponse(200, text, requestId);
}

http::Response queryError(const ApiError &error, const QByteArray &xmlNamespace, const QByteArray &requestId)
{
    QByteArray text;
    QXmlStreamWriter xml(&text);
    xml.writeStartDocument();
    xml.writeStartElement(u"ErrorResponse"_s);
    xml.writeDefaultNamespace(QString::fromLatin1(xmlNamespace));
    write(xml, u"Error"_s, QJsonObject{{u"Type"_s, error.status < 500 ? u"Sender"_s : u"Receiver"_s}, {u"Code"_s, QString::fromLatin1(error.type)}, {u"Message"_s, error.message}});
    write(xml, u"RequestId"_s, QString::fromLatin1(requestId));
    xml.writeEndDocument();
    return xmlResponse(error.status, text, requestId);
}

} // namespace eph::cloud
