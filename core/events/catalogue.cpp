// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/catalogue.h"

#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/events/gzip.h"
#include "core/sys/paths.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrlQuery>
#include <QUuid>
#include <nlohmann/json.hpp>

namespace eph::events {

using namespace Qt::StringLiterals;
using Json = nlohmann::ordered_json;

namespace {

constexpr int MaxRecords = 10'000; ///< What the largest batch window of a source holds.
/// A map with this key alone stands for its value, compressed and in text, as log subscriptions send it.
constexpr auto CompressedKey = "$gzip-base64";

[[nodiscard]] EventField::Kind kindOf(const QString &name)
{
    return name == "number"_L1 ? EventField::Kind::Number : name == "json"_L1 ? EventField::Kind::Json : EventField::Kind::Text;
}

[[nodiscard]] QStringList strings(const QJsonValue &list)
{
    QStringList all;
    const QJsonArray array = list.toArray();
    for (const auto &item : array)
        all << item.toString();
    return all;
}

[[nodiscard]] Result<SampleEvent> parseSample(const QString &id, const QByteArray &text)
{
    const QJsonObject object = QJsonDocument::fromJson(text).object();
    SampleEvent sample;
    sample.id = id;
    sample.title = object.value("title"_L1).toString();
    sample.service = object.value("service"_L1).toString();
    sample.keywords = strings(object.value("keywords"_L1));
    sample.repeated = object.value("repeat"_L1).toString();
    const QJsonArray fields = object.value("fields"_L1).toArray();
    for (const auto &entry : fields) {
        const QJsonObject field = entry.toObject();
        sample.fields << EventField{field.value("key"_L1).toString(), field.value("label"_L1).toString(), field.value("value"_L1).toString(), kindOf(field.value("kind"_L1).toString()), strings(field.value("choices"_L1))};
    }
    // The order of keys is that of the file, which QJson does not keep.
    const Json whole = Json::parse(text.begin(), text.end(), nullptr, false);
    if (whole.is_discarded() || !whole.contains("event") || sample.title.isEmpty())
        return failure(ErrorCode::Io, Core::tr("The sample event “%1” is damaged.").arg(id), Core::tr("Install Ephemera again."));
    sample.body = QByteArray::fromStdString(whole["event"].dump());
    return sample;
}

/// Fills in one copy of a sample.
class Filler
{
public:
    Filler(const SampleEvent &sample, const EventRequest &request, const EventChance &chance)
        : m_chance(chance)
        , m_now(QDateTime::fromMSecsSinceEpoch(chance.epochMs, Qt::UTC))
    {
        for (const EventField &field : sample.fields) {
            m_values.insert(field.key, request.values.value(field.key, field.value));
            m_kinds.insert(field.key, field.kind);
        }
        m_values.insert(u"region"_s, request.region);
        m_values.insert(u"account"_s, request.account);
        m_values.insert(u"trace"_s, u"1-%1-%2"_s.arg(qint64(chance.epochMs / 1000), 8, 16, QLatin1Char('0')).arg(hexUuid().left(24)));
    }

    /// Of a list whose entries are alike.
    void beginRecord(int index)
    {
        m_values.insert(u"index"_s, QString::number(index));
        m_uuid.clear();
    }

    [[nodiscard]] Json filled(const Json &node)
    {
        if (node.is_string())
            return filledText(QString::fromStdString(node.get<std::string>()));
        if (node.is_array()) {
            Json all = Json::array();
            for (const Json &item : node)
                all.push_back(filled(item));
            return all;
        }
        if (!node.is_object())
            return node;
        if (node.size() == 1 && node.contains(CompressedKey))
            return gzipped(QByteArray::fromStdString(filled(node[CompressedKey]).dump())).toBase64().toStdString();
        Json all = Json::object();
        for (const auto &[key, value] : node.items()) {
            if (Json part = filled(value); !part.is_discarded())
                all[text(QString::fromStdString(key)).toStdString()] = std::move(part);
        }
        return all;
    }

private:
    static const QRegularExpression &place()
    {
        static const QRegularExpression form(u"\\$\\{([A-Za-z]+)(?:\\|([A-Za-z0-9]+))?\\}"_s);
        return form;
    }

    /// A text that is one place alone may become something else than text.
    [[nodiscard]] Json filledText(const QString &whole)
    {
        const auto match = place().match(whole);
        if (match.hasMatch() && match.capturedLength() == whole.size())
            return value(match.captured(1), match.captured(2));
        return text(whole).toStdString();
    }

    [[nodiscard]] QString text(const QString &whole)
    {
        QString all;
        qsizetype from = 0;
        for (auto it = place().globalMatch(whole); it.hasNext();) {
            const auto match = it.next();
            const Json part = value(match.captured(1), match.captured(2));
            all += whole.mid(from, match.capturedStart() - from) + (part.is_string() ? QString::fromStdString(part.get<std::string>()) : QString::fromStdString(part.dump()));
            from = match.capturedEnd();
        }
        return all + whole.mid(from);
    }

    [[nodiscard]] Json value(const QString &name, const QString &form)
    {
        if (name == "now"_L1)
            return time(form);
        if (name == "uuid"_L1)
            return QString(form == "hex"_L1 ? hexUuid() : uuid()).toStdString();
        const QString plain = m_values.value(name);
        const QByteArray bytes = plain.toUtf8();
        if (form == "base64"_L1)
            return bytes.toBase64().toStdString();
        if (form == "md5"_L1)
            return QCryptographicHash::hash(bytes, QCryptographicHash::Md5).toHex().toStdString();
        if (form == "s3key"_L1)
            return QUrl::toPercentEncoding(plain, "/ ").replace(' ', '+').toStdString();
        if (form == "orNull"_L1)
            return plain.isEmpty() ? Json(nullptr) : Json(plain.toStdString());
        if (form == "query"_L1 || form == "multiquery"_L1)
            return query(plain, form == "multiquery"_L1);
        if (form == "parameters"_L1 || form == "parametersIfAny"_L1) {
            Json found = pathParameters(plain, m_values.value(u"path"_s));
            return found.is_null() && form == "parametersIfAny"_L1 ? Json(Json::value_t::discarded) : found;
        }
        switch (m_kinds.value(name)) {
        case EventField::Kind::Number:
        case EventField::Kind::Json: return Json::parse(bytes.begin(), bytes.end(), nullptr, false);
        case EventField::Kind::Text: break;
        }
        return plain.toStdString();
    }

    [[nodiscard]] Json time(const QString &form) const
    {
        const qint64 ms = m_chance.epochMs;
        if (form == "ms"_L1)
            return ms;
        if (form == "msText"_L1)
            return std::to_string(ms);
        if (form == "seconds"_L1)
            return double(ms) / 1000;
        if (form == "clf"_L1)
            return QString(QLocale::c().toString(m_now, u"dd/MMM/yyyy:HH:mm:ss"_s) + " +0000"_L1).toStdString();
        if (form == "rfc"_L1)
            return QString(QLocale::c().toString(m_now, u"ddd, dd MMM yyyy HH:mm:ss"_s) + " +0000"_L1).toStdString();
        return QString(m_now.toString(form == "isoMs"_L1 ? u"yyyy-MM-ddTHH:mm:ss.zzz"_s : u"yyyy-MM-ddTHH:mm:ss"_s) + u'Z').toStdString();
    }

    /// What a path has in the places of a route such as `GET /carts/{id}`; null where the route has none, or takes no such path.
    [[nodiscard]] static Json pathParameters(const QString &route, const QString &path)
    {
        const QStringList places = route.section(u' ', -1).split(u'/', Qt::SkipEmptyParts);
        const QStringList parts = path.split(u'/', Qt::SkipEmptyParts);
        Json all;
        for (qsizetype i = 0; i < places.size(); ++i) {
            const QString &place = places.at(i);
            if (i >= parts.size())
                return nullptr;
            if (place.startsWith(u'{') && place.endsWith("+}"_L1)) {
                all[place.sliced(1, place.size() - 3).toStdString()] = QStringList(parts.mid(i)).join(u'/').toStdString();
                return all;
            }
            if (place.startsWith(u'{') && place.endsWith(u'}'))
                all[place.sliced(1, place.size() - 2).toStdString()] = parts.at(i).toStdString();
            else if (place != parts.at(i))
                return nullptr;
        }
        return places.size() == parts.size() ? all : Json(nullptr);
    }

    [[nodiscard]] static Json query(const QString &text, bool lists)
    {
        if (text.isEmpty())
            return nullptr;
        Json all = Json::object();
        for (const auto &[name, value] : QUrlQuery(text).queryItems(QUrl::FullyDecoded)) {
            Json &entry = all[name.toStdString()];
            if (lists)
                entry.push_back(value.toStdString());
            else
                entry = value.toStdString();
        }
        return all;
    }

    /// The same one within a record.
    [[nodiscard]] QString uuid()
    {
        if (m_uuid.isEmpty())
            m_uuid = m_chance.uuid();
        return m_uuid;
    }
    [[nodiscard]] QString hexUuid() { return uuid().remove(u'-'); }

    const EventChance &m_chance;
    const QDateTime m_now;
    QHash<QString, QString> m_values;
    QHash<QString, EventField::Kind> m_kinds;
    QString m_uuid;
};

[[nodiscard]] Result<void> check(const SampleEvent &sample, const EventRequest &request)
{
    QStringList keys;
    for (const EventField &field : sample.fields)
        keys << field.key;
    for (auto it = request.values.cbegin(); it != request.values.cend(); ++it) {
        const qsizetype index = keys.indexOf(it.key());
        if (index < 0) {
            const QString meant = closestName(it.key(), keys);
            return failure(ErrorCode::NotFound, Core::tr("“%1” has no field “%2”.").arg(sample.id, it.key()), !meant.isEmpty() ? Core::tr("Did you mean “%1”?").arg(meant) : keys.isEmpty() ? Core::tr("It has none.") : Core::tr("There are: %1.").arg(keys.join(u", "_s)));
        }
        const EventField &field = sample.fields.at(index);
        if (!field.choices.isEmpty() && !field.choices.contains(it.value()))
            return failure(ErrorCode::Invalid, Core::tr("“%1” is none of the values of “%2”.").arg(it.value(), field.key), Core::tr("There are: %1.").arg(field.choices.join(u", "_s)));
        const QByteArray text = it.value().toUtf8();
        const Json parsed = field.kind == EventField::Kind::Text ? Json() : Json::parse(text.begin(), text.end(), nullptr, false);
        if (field.kind == EventField::Kind::Number && !parsed.is_number())
            return failure(ErrorCode::Invalid, Core::tr("“%1” is no number for “%2”.").arg(it.value(), field.key));
        if (field.kind == EventField::Kind::Json && parsed.is_discarded())
            return failure(ErrorCode::Invalid, Core::tr("The value of “%1” is no JSON.").arg(field.key), Core::tr("Write an object, such as {\"id\": 1}."));
    }
    if (request.count < 1 || request.count > MaxRecords)
        return failure(ErrorCode::Invalid, Core::tr("An event has 1 to %1 records.").arg(MaxRecords));
    if (request.count > 1 && sample.repeated.isEmpty())
        return failure(ErrorCode::Invalid, Core::tr("“%1” has one record only.").arg(sample.id));
    return {};
}

} // namespace

bool SampleEvent::matches(const QString &search) const
{
    const QString all = QStringList{id, title, service, keywords.join(u' ')}.join(u' ');
    const QStringList words = search.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.cbegin(), words.cend(), [&all](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
}

std::pair<bool, qsizetype> SampleEvent::rank(const QString &search) const
{
    const QString words = search.simplified();
    const bool isMeant = title.contains(words, Qt::CaseInsensitive) || QString(id).replace(u'-', u' ').compare(words, Qt::CaseInsensitive) == 0;
    return {!isMeant, title.size()};
}

Result<QList<SampleEvent>> loadCatalogue()
{
    const QDir folder(sys::resourcePath(u"events"_s));
    QList<SampleEvent> all;
    for (const QString &name : folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(file.fileName(), file.errorString()));
        auto sample = parseSample(name.chopped(5), file.readAll());
        if (!sample)
            return tl::unexpected(sample.error());
        all << *std::move(sample);
    }
    if (all.isEmpty())
        return failure(ErrorCode::Io, Core::tr("There are no sample events in “%1”.").arg(folder.path()), Core::tr("Install Ephemera again."));
    std::sort(all.begin(), all.end(), [](const SampleEvent &a, const SampleEvent &b) { return std::pair(a.service, a.title) < std::pair(b.service, b.title); });
    return all;
}

Result<SampleEvent> findSample(const QList<SampleEvent> &catalogue, const QString &id)
{
    QStringList ids;
    for (const SampleEvent &sample : catalogue) {
        if (sample.id == id)
            return sample;
        ids << sample.id;
    }
    const QString meant = closestName(id, ids);
    return failure(ErrorCode::NotFound, Core::tr("There is no sample event “%1”.").arg(id), meant.isEmpty() ? Core::tr("`eph events list` shows them.") : Core::tr("Did you mean “%1”?").arg(meant));
}

Result<QByteArray> generateEvent(const SampleEvent &sample, const EventRequest &request, const EventChance &chance)
{
    if (const auto fine = check(sample, request); !fine)
        return tl::unexpected(fine.error());
    const Json body = Json::parse(sample.body.begin(), sample.body.end());
    Filler filler(sample, request, chance);
    if (sample.repeated.isEmpty())
        return QByteArray::fromStdString(filler.filled(body).dump(2)) + '\n';
    const std::string list = sample.repeated.toStdString();
    Json event = Json::object();
    for (const auto &[key, value] : body.items()) {
        if (key != list) {
            event[key] = filler.filled(value);
            continue;
        }
        Json records = Json::array();
        for (int i = 0; i < request.count; ++i) {
            filler.beginRecord(i);
            records.push_back(filler.filled(value.front()));
        }
        event[key] = std::move(records);
    }
    return QByteArray::fromStdString(event.dump(2)) + '\n';
}

EventChance realChance()
{
    return {sys::SystemClock().epochMs(), [] { return QUuid::createUuid().toString(QUuid::WithoutBraces); }};
}

} // namespace eph::events
