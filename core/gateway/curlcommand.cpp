// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/curlcommand.h"

#include <QStringDecoder>
#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// Between single quotes a shell takes everything as it is.
QString quoted(QString text)
{
    return u'\'' + text.replace(u'\'', "'\\''"_L1) + u'\'';
}

/// What curl sets itself, or what belongs to the connection of then.
bool isOfTheConnection(const QByteArray &name, const QByteArray &value)
{
    static const QList<QByteArray> own{"host", "content-length", "transfer-encoding", "connection", "expect", "accept-encoding", "user-agent"};
    return own.contains(name.toLower()) || (name.compare("accept", Qt::CaseInsensitive) == 0 && value == "*/*");
}

bool isText(const QByteArray &bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    (void)QString(decoder(bytes));
    return !decoder.hasError() && !bytes.contains('\0');
}

/// No argument can hold every byte; octal numbers are what every shell's printf knows.
QString printed(const QByteArray &bytes)
{
    QString text;
    for (const char byte : bytes)
        text += u"\\%1"_s.arg(int(uchar(byte)), 3, 8, QChar(u'0'));
    return "printf "_L1 + quoted(text) + " | "_L1;
}

} // namespace

QString curlCommand(const HandledRequest &request, const QString &baseUrl)
{
    const bool binary = !isText(request.body);
    QString command = (binary ? printed(request.body) : QString()) + u"curl"_s;
    if (request.method == "HEAD")
        command += " --head"_L1;
    else if (request.method != "GET" || !request.body.isEmpty())
        command += " -X "_L1 + QString::fromLatin1(request.method);
    const QString target = QString::fromUtf8(request.target);
    if (std::any_of(target.cbegin(), target.cend(), [](QChar c) { return u"[]{}"_s.contains(c); }))
        command += " --globoff"_L1;
    if (target.contains("/."_L1))
        command += " --path-as-is"_L1;
    for (const auto &[name, value] : request.headers) {
        if (!isOfTheConnection(name, value))
            command += " -H "_L1 + quoted(QString::fromUtf8(value.isEmpty() ? QByteArray(name + ';') : QByteArray(name + ": " + value)));
    }
    if (binary)
        command += " --data-binary @-"_L1;
    else if (!request.body.isEmpty())
        command += " --data-raw "_L1 + quoted(QString::fromUtf8(request.body));
    return command + u' ' + quoted(baseUrl + target);
}

} // namespace eph::gateway
