// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/helpdialog.h"

#include <QDir>
#include <QFile>
#include <QListWidget>
#include <QSplitter>
#include <QTextBrowser>
#include <QTextDocument>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

QString readPage(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : HelpDialog::tr("The page “%1” cannot be read: %2.").arg(path, file.errorString());
}

/// A page is called by its first heading.
QString titleOf(const QString &page)
{
    return page.section(u'\n', 0, 0).remove(u'#').trimmed();
}

} // namespace

HelpDialog::HelpDialog(const QString &folder, const QString &first, QWidget *parent)
    : QDialog(parent)
{
    setObjectName(u"helpDialog"_s);
    setWindowTitle(tr("Help"));
    setAttribute(Qt::WA_DeleteOnClose);
    constexpr QSize Size(760, 560);
    resize(Size);
    auto *pages = new QListWidget;
    pages->setObjectName(u"helpPages"_s);
    pages->setAccessibleName(tr("Pages"));
    auto *text = new QTextBrowser;
    text->setObjectName(u"helpText"_s);
    text->setAccessibleName(tr("Help text"));
    text->setFrameShape(QFrame::NoFrame);
    text->document()->setDocumentMargin(16);
    auto *splitter = new QSplitter;
    splitter->addWidget(pages);
    splitter->addWidget(text);
    splitter->setStretchFactor(1, 1);
    constexpr int PagesWidth = 180;
    splitter->setSizes({PagesWidth, Size.width() - PagesWidth});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);

    connect(pages, &QListWidget::currentItemChanged, this, [text](QListWidgetItem *item) { text->setMarkdown(item ? item->data(Qt::UserRole).toString() : QString()); });
    const QStringList names = QDir(folder).entryList({u"*.md"_s}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        const QString page = readPage(folder + u'/' + name);
        auto *item = new QListWidgetItem(titleOf(page), pages);
        item->setData(Qt::UserRole, page);
        if (name == first + ".md"_L1)
            pages->setCurrentItem(item);
    }
    text->setFocus();
}

} // namespace eph::ui
