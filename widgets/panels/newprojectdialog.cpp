// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/newprojectdialog.h"

#include "core/services/projecttemplates.h"
#include "widgets/common/theme.h"

#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

NewProjectDialog::NewProjectDialog(Purpose purpose, QWidget *parent)
    : QDialog(parent)
    , m_purpose(purpose)
    , m_starters(new QListWidget)
    , m_name(new QLineEdit)
    , m_folder(new QLineEdit)
    , m_description(new QLabel)
    , m_message(new QLabel)
    , m_create(new QPushButton(purpose == Purpose::Project ? tr("Create project") : tr("Add function")))
{
    setObjectName(u"newProjectDialog"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(purpose == Purpose::Project ? tr("New project") : tr("New function"));
    m_starters->setObjectName(u"newStarters"_s);
    m_starters->setAccessibleName(tr("Templates"));
    const QList<services::Starter> all = services::starters();
    for (const services::Starter &starter : all) {
        if (starter.example && purpose == Purpose::Function)
            continue;
        auto *item = new QListWidgetItem(starter.title, m_starters);
        item->setData(Qt::UserRole, starter.id);
        item->setData(Qt::UserRole + 1, starter.description);
    }
    m_name->setObjectName(u"newName"_s);
    m_folder->setObjectName(u"newFolder"_s);
    m_description->setWordWrap(true);
    m_description->setProperty("muted", true);
    m_description->setMinimumHeight(QFontMetrics(font()).height() * 2 + 4);
    m_description->setAlignment(Qt::AlignTop);
    m_message->setWordWrap(true);
    m_message->setObjectName(u"newMessage"_s);
    m_create->setObjectName(u"newCreate"_s);
    m_create->setProperty("primary", true);
    m_create->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"));
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->addRow(tr("&Name"), m_name);
    if (purpose == Purpose::Project) {
        m_name->setText(u"my-functions"_s);
        m_folder->setText(QStandardPaths::writableLocation(QStandardPaths::HomeLocation));
        auto *browseButton = new QPushButton(tr("Browse"));
        browseButton->setObjectName(u"newBrowse"_s);
        connect(browseButton, &QPushButton::clicked, this, &NewProjectDialog::browse);
        auto *row = new QHBoxLayout;
        row->addWidget(m_folder, 1);
        row->addWidget(browseButton);
        auto *label = new QLabel(tr("&In folder"));
        label->setBuddy(m_folder);
        form->addRow(label, row);
    }
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_create);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(m_starters, 1);
    layout->addWidget(m_description);
    layout->addLayout(form);
    layout->addWidget(m_message);
    layout->addLayout(buttons);
    resize(520, 440);
    m_message->hide();
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_name, &QLineEdit::textChanged, this, &NewProjectDialog::updateState);
    connect(m_starters, &QListWidget::currentRowChanged, this, &NewProjectDialog::updateState);
    connect(m_create, &QPushButton::clicked, this, [this] {
        const QString place = m_purpose == Purpose::Project ? QDir(m_folder->text()).filePath(m_name->text()) : m_name->text();
        Q_EMIT chosen(m_starters->currentItem()->data(Qt::UserRole).toString(), place);
    });
    m_starters->setCurrentRow(0);
    select(u"nodejs-http"_s);
    m_name->selectAll();
    m_name->setFocus();
}

void NewProjectDialog::select(const QString &starterId)
{
    for (int i = 0; i < m_starters->count(); ++i) {
        if (m_starters->item(i)->data(Qt::UserRole).toString() == starterId) {
            m_starters->setCurrentRow(i);
        }
    }
}

void NewProjectDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Folder for the project"), m_folder->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, m_folder, &QLineEdit::setText);
    dialog->open();
}

void NewProjectDialog::updateState()
{
    m_message->hide();
    const QListWidgetItem *item = m_starters->currentItem();
    m_description->setText(item ? item->data(Qt::UserRole + 1).toString() : QString());
    m_create->setEnabled(item && !m_name->text().trimmed().isEmpty());
}

void NewProjectDialog::showError(const QString &text)
{
    setTone(m_message, Token::Bad);
    m_message->setText(text);
    m_message->show();
}

} // namespace eph::ui
