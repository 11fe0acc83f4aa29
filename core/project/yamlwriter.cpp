// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/yamlwriter.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QVariant>
#include <yaml.h>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

/// A thin cover of the library's event interface; it keeps its own error.
class Emitter
{
public:
    explicit Emitter(QByteArray &out)
    {
        yaml_emitter_initialize(&m_emitter);
        yaml_emitter_set_output(&m_emitter, [](void *data, unsigned char *bytes, size_t size) { static_cast<QByteArray *>(data)->append(reinterpret_cast<char *>(bytes), qsizetype(size)); return 1; }, &out);
        yaml_emitter_set_unicode(&m_emitter, 1);
        constexpr int Widest = 160;
        yaml_emitter_set_width(&m_emitter, Widest);
    }
    ~Emitter() { yaml_emitter_delete(&m_emitter); }
    Q_DISABLE_COPY_MOVE(Emitter)

    void document(const QJsonValue &value)
    {
        send([](yaml_event_t *event) { return yaml_stream_start_event_initialize(event, YAML_UTF8_ENCODING); });
        send([](yaml_event_t *event) { return yaml_document_start_event_initialize(event, nullptr, nullptr, nullptr, 1); });
        write(value);
        send([](yaml_event_t *event) { return yaml_document_end_event_initialize(event, 1); });
        send([](yaml_event_t *event) { return yaml_stream_end_event_initialize(event); });
    }

private:
    template<class Make>
    void send(Make make)
    {
        yaml_event_t event;
        if (make(&event))
            yaml_emitter_emit(&m_emitter, &event);
    }

    void scalar(const QByteArray &text, yaml_scalar_style_t style)
    {
        send([&](yaml_event_t *event) { return yaml_scalar_event_initialize(event, nullptr, nullptr, reinterpret_cast<const yaml_char_t *>(text.constData()), int(text.size()), 1, 1, style); });
    }

    void text(const QString &value)
    {
        static const QRegularExpression ambiguous(u"^$|^[\\d+.-]|^[~!&*?|>%@`'\"{}\\[\\],#-]|^(true|false|yes|no|on|off|null|y|n)$|: |\\s#|:$|^\\s|\\s$"_s, QRegularExpression::CaseInsensitiveOption);
        scalar(value.toUtf8(), value.contains(u'\n') ? YAML_LITERAL_SCALAR_STYLE : ambiguous.match(value).hasMatch() ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE);
    }

    void write(const QJsonValue &value)
    {
        if (value.isObject()) {
            const QJsonObject object = value.toObject();
            send([&](yaml_event_t *event) { return yaml_mapping_start_event_initialize(event, nullptr, nullptr, 1, object.isEmpty() ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE); });
            for (auto it = object.begin(); it != object.end(); ++it) {
                text(it.key());
                write(*it);
            }
            send([](yaml_event_t *event) { return yaml_mapping_end_event_initialize(event); });
        } else if (value.isArray()) {
            const QJsonArray array = value.toArray();
            send([&](yaml_event_t *event) { return yaml_sequence_start_event_initialize(event, nullptr, nullptr, 1, array.isEmpty() ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE); });
            for (const auto &item : array)
                write(item);
            send([](yaml_event_t *event) { return yaml_sequence_end_event_initialize(event); });
        } else if (value.isString()) {
            text(value.toString());
        } else {
            scalar(value.isBool() ? QByteArray(value.toBool() ? "true" : "false") : value.isDouble() ? value.toVariant().toString().toUtf8() : QByteArray("null"), YAML_PLAIN_SCALAR_STYLE);
        }
    }

    yaml_emitter_t m_emitter{};
};

} // namespace

QByteArray toYaml(const QJsonValue &value)
{
    QByteArray out;
    Emitter(out).document(value);
    return out;
}

} // namespace eph::project
