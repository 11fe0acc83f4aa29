// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/codestore.h"
#include "core/account/documentstore.h"
#include "core/runtime/invocation.h"
#include "core/sys/clock.h"

#include <QHash>
#include <QJsonObject>

namespace eph::cloud {

/// What belongs to a function of the account and is a document of its own; the owner is the function's name.
namespace kinds {
using namespace Qt::StringLiterals;
inline const QString Version = u"function"_s;       ///< Named by the version, `$LATEST` among them.
inline const QString Alias = u"alias"_s;            ///< Named by itself.
inline const QString Policy = u"policy"_s;          ///< Named by its qualifier, or by nothing.
inline const QString Concurrency = u"concurrency"_s; ///< Named by nothing.
inline const QString Recursion = u"recursion"_s;     ///< Named by nothing.
inline const QString Provisioned = u"provisioned"_s; ///< Named by its qualifier.
inline const QString EventInvoke = u"event-invoke"_s; ///< Named by its qualifier or `$LATEST`.
inline const QString Url = u"url"_s;                ///< Named by its qualifier, or by nothing.
inline const QString Tags = u"tags"_s;              ///< Named by nothing.
inline const QString Mapping = u"mapping"_s;        ///< Owned by nobody, named by its UUID.
inline const QString Layer = u"layer"_s;            ///< Owned by the layer, named by its version.
}

inline const QString Latest = QStringLiteral("$LATEST");

/// A version of a function as it is kept.
struct FunctionVersion {
    QJsonObject configuration; ///< As the service tells it, without its state.
    QList<QByteArray> layers = {}; ///< Hashes of their packages.
    qint64 settlesMs = 0;      ///< When the change that was made last is through.
    bool creating = false;     ///< That change made it.

    [[nodiscard]] QByteArray codeSha256() const; ///< Hexadecimal.
    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static FunctionVersion fromJson(const QJsonObject &json);
};

/// The functions that calls have made in the local account, and the versions, aliases and settings of these and of the
/// functions that a template declares. Lives on the runtime's thread.
class DeployedFunctions
{
public:
    /// The service takes a moment for each change, in which it refuses others: tools that do not wait for it fail there.
    /// Modelled: the service takes some seconds.
    static constexpr qint64 SettleMs = 200;

    DeployedFunctions(account::DocumentStore &documents, const account::CodeStore &code, const sys::Clock &clock, qint64 settleMs = SettleMs);

    /// Of functions that have a `$LATEST` of their own.
    [[nodiscard]] QStringList names() const;
    [[nodiscard]] std::optional<FunctionVersion> version(const QString &name, const QString &version) const;
    /// Numbers, smallest first.
    [[nodiscard]] QStringList publishedVersions(const QString &name) const;
    /// The version that a qualifier stands for: itself, or what an alias points to. Empty where there is none.
    [[nodiscard]] QString versionOf(const QString &name, const QString &qualifier) const;
    /// The same for one invocation: of an alias with weights, one by chance.
    [[nodiscard]] QString pickVersion(const QString &name, const QString &qualifier) const;
    /// nullopt when there is no such version. Conflict while it is being made.
    [[nodiscard]] std::optional<Result<runtime::FunctionConfig>> config(const QString &name, const QString &version);
    /// What calls have set beside a configuration.
    void applySettings(runtime::FunctionConfig &config) const;
    /// `declared` is what the template says, where it declares the function.
    [[nodiscard]] runtime::AsyncPolicy asyncPolicy(const QString &name, const QString &qualifier, const QString &version, const runtime::AsyncPolicy &declared) const;

    /// The configuration with its state, as it is told to a client.
    [[nodiscard]] QJsonObject told(const FunctionVersion &version) const;
    /// Whether a change that is through at that time is under way.
    [[nodiscard]] bool isSettling(qint64 settlesMs) const;
    [[nodiscard]] bool isSettling(const FunctionVersion &version) const { return isSettling(version.settlesMs); }
    /// When a change that is made now is through.
    [[nodiscard]] qint64 settledAtMs() const { return m_clock.epochMs() + m_settleMs; }
    /// As of now, with another revision, and settling.
    void touch(FunctionVersion &version) const;

    /// Hashes of all packages that something names.
    [[nodiscard]] QSet<QByteArray> usedCode() const;

    [[nodiscard]] account::DocumentStore &documents() { return m_documents; }
    [[nodiscard]] const account::DocumentStore &documents() const { return m_documents; }
    [[nodiscard]] const account::CodeStore &code() const { return m_code; }
    [[nodiscard]] const sys::Clock &clock() const { return m_clock; }

private:
    account::DocumentStore &m_documents;
    const account::CodeStore &m_code;
    const sys::Clock &m_clock;
    const qint64 m_settleMs;
    quint64 m_seen = 0; ///< Generation of the documents that the configurations were made from.
    QHash<QString, runtime::FunctionConfig> m_configs; ///< By name and version.
};

} // namespace eph::cloud
