// SPDX-License-Identifier: GPL-3.0-or-later
// The least program that stands on Qt Network: the floor for the start of `eph`.
#include <QCoreApplication>
#include <QTcpServer>
#include <QTimer>

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    QTimer::singleShot(0, &application, &QCoreApplication::quit);
    return QCoreApplication::exec();
}
