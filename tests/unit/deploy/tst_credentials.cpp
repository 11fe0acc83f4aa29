// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/credentials.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace eph;
using namespace eph::deploy;

/// Who signs: the order of the command line, and what its files may say.
class tst_Credentials : public QObject
{
    Q_OBJECT

    static Result<FoundCredentials> find(const QByteArray &config, const QByteArray &credentials, const QString &profile = {}, const QMap<QString, QString> &variables = {})
    {
        const auto shared = SharedConfig::parse(config, credentials);
        if (!shared)
            return tl::unexpected(shared.error());
        CredentialRequest request{profile, QProcessEnvironment(), {}};
        request.environment.insert("PATH", qEnvironmentVariable("PATH"));
        for (auto it = variables.cbegin(); it != variables.cend(); ++it)
            request.environment.insert(it.key(), *it);
        request.assume = [](const http::Credentials &with, const AssumedRole &role) -> Result<FoundCredentials> { return FoundCredentials{{"ASSUMED-" + with.accessKeyId, role.arn.toUtf8(), role.externalId.toUtf8()}, {}, {}}; };
        return findCredentials(request, *shared);
    }
    static QByteArray key(const Result<FoundCredentials> &found) { return found ? found->credentials.accessKeyId : QByteArray("! ") + found.error().message.toUtf8(); }

private Q_SLOTS:
    void followsTheChain_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QByteArray>("credentials");
        QTest::addColumn<QString>("profile");
        QTest::addColumn<QStringList>("variables");
        QTest::addColumn<QByteArray>("expected");
        const QByteArray keys = "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n[dev]\naws_access_key_id=DEV\naws_secret_access_key=s\n";
        const QStringList environment{"AWS_ACCESS_KEY_ID=ENV", "AWS_SECRET_ACCESS_KEY=s"};
        QTest::newRow("environment first") << QByteArray() << keys << QString() << environment << QByteArray("ENV");
        QTest::newRow("a named profile beats it") << QByteArray() << keys << "dev" << environment << QByteArray("DEV");
        QTest::newRow("a profile of the environment does not") << QByteArray() << keys << QString() << (environment + QStringList{"AWS_PROFILE=dev"}) << QByteArray("ENV");
        QTest::newRow("the default profile") << QByteArray() << keys << QString() << QStringList() << QByteArray("FILE");
        QTest::newRow("AWS_PROFILE") << QByteArray() << keys << QString() << QStringList{"AWS_PROFILE=dev"} << QByteArray("DEV");
        QTest::newRow("of the config file") << QByteArray("[profile \"my dev\"]\naws_access_key_id = CONFIG\naws_secret_access_key = s") << QByteArray() << "my dev" << QStringList() << QByteArray("CONFIG");
        QTest::newRow("credentials beat config") << QByteArray("[profile dev]\naws_access_key_id = CONFIG\naws_secret_access_key = s") << keys << "dev" << QStringList() << QByteArray("DEV");
        QTest::newRow("no prefix is no profile") << QByteArray("[dev]\naws_access_key_id = CONFIG\naws_secret_access_key = s") << QByteArray() << "dev" << QStringList() << QByteArray("! There is no profile “dev”.");
        QTest::newRow("a role") << QByteArray("[profile prod]\nrole_arn = arn:r\nsource_profile = dev\nexternal_id = x\n") << keys << "prod" << QStringList() << QByteArray("ASSUMED-DEV");
        QTest::newRow("a role of a role") << QByteArray("[profile a]\nrole_arn = arn:a\nsource_profile = b\n[profile b]\nrole_arn = arn:b\nsource_profile = dev\n") << keys << "a" << QStringList() << QByteArray("ASSUMED-ASSUMED-DEV");
        QTest::newRow("a circle") << QByteArray("[profile a]\nrole_arn = arn:a\nsource_profile = b\n[profile b]\nrole_arn = arn:b\nsource_profile = a\n") << QByteArray() << "a" << QStringList() << QByteArray("! The profile “a” gets its credentials from itself.");
        QTest::newRow("a process") << QByteArray("[profile p]\ncredential_process = sh -c \"echo '{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"PROC\\\",\\\"SecretAccessKey\\\":\\\"s\\\"}'\"\n") << QByteArray() << "p" << QStringList() << QByteArray("PROC");
        QTest::newRow("a process that fails") << QByteArray("[profile p]\ncredential_process = false\n") << QByteArray() << "p" << QStringList() << QByteArray("! The credential_process of the profile “p” failed: exit code 1.");
        QTest::newRow("half a pair") << QByteArray() << QByteArray() << QString() << QStringList{"AWS_ACCESS_KEY_ID=ENV"} << QByteArray("! AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.");
        QTest::newRow("a browser") << QByteArray("[profile sso]\nsso_session = x\n") << QByteArray() << "sso" << QStringList() << QByteArray("! The profile “sso” signs on in a browser.");
        QTest::newRow("no such file") << QByteArray("nonsense") << QByteArray() << QString() << QStringList() << QByteArray("! Line 1 of the config file is neither a section nor a value.");
    }
    void followsTheChain()
    {
        QFETCH(QByteArray, config);
        QFETCH(QByteArray, credentials);
        QFETCH(QString, profile);
        QFETCH(QStringList, variables);
        QFETCH(QByteArray, expected);
        QMap<QString, QString> map;
        for (const QString &variable : variables)
            map.insert(variable.section('=', 0, 0), variable.section('=', 1));
        QCOMPARE(QString::fromUtf8(key(find(config, credentials, profile, map))), QString::fromUtf8(expected));
    }

    void findsEndpointsOfServices()
    {
        const auto config = SharedConfig::parse("[profile dev]\nservices = local\nendpoint_url = http://all\n[services local]\nlambda =\n  endpoint_url = http://lambda\ns3 =\n  addressing_style = path\n[profile off]\nendpoint_url = http://x\nignore_configured_endpoint_urls = true\n", {});
        QVERIFY(config);
        QCOMPARE(config->endpointUrl("dev", "lambda"), "http://lambda");
        QCOMPARE(config->endpointUrl("dev", "iam"), "http://all");
        QCOMPARE(config->endpointUrl("off", "iam"), QString());
    }

    void takesTheRegionFromWhoeverSaysIt()
    {
        const auto config = SharedConfig::parse("[profile dev]\nregion = eu-west-1\n", {});
        QProcessEnvironment environment;
        QCOMPARE(regionOf({}, "dev", *config, environment), "eu-west-1");
        environment.insert("AWS_DEFAULT_REGION", "us-west-2");
        QCOMPARE(regionOf({}, "dev", *config, environment), "us-west-2");
        environment.insert("AWS_REGION", "ap-south-1");
        QCOMPARE(regionOf({}, "dev", *config, environment), "ap-south-1");
        QCOMPARE(regionOf("eu-north-1", "dev", *config, environment), "eu-north-1");
    }
};

QTEST_GUILESS_MAIN(tst_Credentials)
#include "tst_credentials.moc"
