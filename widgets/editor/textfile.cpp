// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/textfile.h"

#include <QCoreApplication>
#include <QFile>
#include <QSaveFile>
#include <QStringConverter>

namespace eph::ui {

namespace {

using namespace Qt::StringLiterals;

struct Ui {
    Q_DECLARE_TR_FUNCTIONS(Editor)
};

const QByteArray Utf8Mark = "\xEF\xBB\xBF";
const QByteArray Utf16LeMark = "\xFF\xFE";
const QByteArray Utf16BeMark = "\xFE\xFF";

QByteArray utf16(QStringConverter::Encoding encoding, const QByteArray &utf8)
{
    QStringEncoder encoder(encoding);
    return encoder(QString::fromUtf8(utf8));
}

LineEnd lineEndOf(const QByteArray &utf8)
{
    // The beginning tells; counting megabytes would only cost time.
    constexpr qsizetype Sample = 256 * 1024;
    const QByteArrayView text = QByteArrayView(utf8).first(std::min(Sample, utf8.size()));
    const auto crlf = text.count("\r\n");
    const auto lf = text.count('\n') - crlf;
    const auto cr = text.count('\r') - crlf;
    if (crlf > lf && crlf >= cr)
        return LineEnd::CrLf;
    return cr > lf ? LineEnd::Cr : LineEnd::Lf;
}

} // namespace

QString encodingName(Encoding encoding)
{
    switch (encoding) {
    case Encoding::Utf8: return u"UTF-8"_s;
    case Encoding::Utf8Bom: return u"UTF-8 BOM"_s;
    case Encoding::Utf16LittleEndian: return u"UTF-16 LE"_s;
    case Encoding::Utf16BigEndian: return u"UTF-16 BE"_s;
    case Encoding::Latin1: return u"Latin-1"_s;
    }
    return {};
}

QString lineEndName(LineEnd lineEnd)
{
    return lineEnd == LineEnd::CrLf ? u"CRLF"_s : lineEnd == LineEnd::Cr ? u"CR"_s : u"LF"_s;
}

TextFile decodeText(const QByteArray &bytes, Bytes unknown)
{
    TextFile file;
    constexpr qsizetype Look = 8192;
    const auto convert = [&](QStringConverter::Encoding encoding, qsizetype skip) {
        QStringDecoder decoder(encoding);
        return QString(decoder(QByteArrayView(bytes).sliced(skip))).toUtf8();
    };
    if (bytes.startsWith(Utf8Mark)) {
        file.encoding = Encoding::Utf8Bom;
        file.utf8 = bytes.mid(Utf8Mark.size());
    } else if (bytes.startsWith(Utf16LeMark) && bytes.size() % 2 == 0) {
        file.encoding = Encoding::Utf16LittleEndian;
        file.utf8 = convert(QStringConverter::Utf16LE, 2);
    } else if (bytes.startsWith(Utf16BeMark) && bytes.size() % 2 == 0) {
        file.encoding = Encoding::Utf16BigEndian;
        file.utf8 = convert(QStringConverter::Utf16BE, 2);
    } else if (unknown == Bytes::AsTheyAre && QByteArrayView(bytes).first(std::min(Look, bytes.size())).contains('\0')) {
        file.binary = true;
        file.encoding = Encoding::Latin1;
        file.utf8 = bytes;
        return file;
    } else if (bytes.isValidUtf8()) {
        file.utf8 = bytes;
    } else {
        file.encoding = Encoding::Latin1;
        file.utf8 = QString::fromLatin1(bytes).toUtf8();
    }
    file.lineEnd = lineEndOf(file.utf8);
    return file;
}

Result<QByteArray> encodeText(const TextFile &file)
{
    switch (file.encoding) {
    case Encoding::Utf8: return file.utf8;
    case Encoding::Utf8Bom: return QByteArray(Utf8Mark + file.utf8);
    case Encoding::Utf16LittleEndian: return QByteArray(Utf16LeMark + utf16(QStringConverter::Utf16LE, file.utf8));
    case Encoding::Utf16BigEndian: return QByteArray(Utf16BeMark + utf16(QStringConverter::Utf16BE, file.utf8));
    case Encoding::Latin1: {
        const QString text = QString::fromUtf8(file.utf8);
        for (const QChar c : text) {
            if (c.unicode() > 0xFF)
                return failure(ErrorCode::Invalid, Ui::tr("The file is Latin-1, which has no “%1”.").arg(c), Ui::tr("Remove the character, or convert the file to UTF-8."));
        }
        return text.toLatin1();
    }
    }
    return QByteArray();
}

Result<TextFile> loadText(const QString &path, Bytes unknown)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, Ui::tr("“%1” cannot be opened: %2.").arg(path, file.errorString()), Ui::tr("Check that it exists and may be read."));
    constexpr qint64 MaxBytes = 512LL * 1024 * 1024;
    if (file.size() > MaxBytes)
        return failure(ErrorCode::Unsupported, Ui::tr("“%1” has more than 512 MiB.").arg(path), Ui::tr("Open it with a viewer made for such files."));
    return decodeText(file.readAll(), unknown);
}

Result<void> saveText(const QString &path, const TextFile &file)
{
    const auto bytes = encodeText(file);
    if (!bytes)
        return tl::unexpected(bytes.error());
    QSaveFile target(path);
    if (!target.open(QIODevice::WriteOnly) || target.write(*bytes) != bytes->size() || !target.commit())
        return failure(ErrorCode::Io, Ui::tr("“%1” could not be saved: %2.").arg(path, target.errorString()), Ui::tr("Check its permissions and the room on the disk; the text is still here."));
    return {};
}

} // namespace eph::ui
