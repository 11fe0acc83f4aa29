// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/invokepanel.h"

#include "core/services/suitableevent.h"
#include "widgets/editor/codeeditor.h"
#include "widgets/panels/eventdialog.h"

#include <QComboBox>
#include <QFile>
#include <QInputDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>

/// Of the Invoke panel: its events, as files, as drafts and as they are typed.
namespace eph::ui {

using namespace Qt::StringLiterals;

void InvokePanel::setEvents(const QList<events::EventFile> &files)
{
    m_files = files;
    {
        const QSignalBlocker quiet(m_event);
        m_event->clear();
        m_event->addItem(tr("Unsaved"));
        int chosen = 0;
        for (const events::EventFile &file : files) {
            m_event->addItem(file.name);
            if (file.path == m_eventPath)
                chosen = m_event->count() - 1;
        }
        m_event->setCurrentIndex(chosen);
        if (chosen == 0)
            m_eventPath.clear();
    }
    showDrafts();
    if (m_eventPath.isEmpty() && m_editor->utf8() == emptyEvent())
        chooseEventFor(m_function->currentText());
    else
        refreshEvent();
}

void InvokePanel::chooseEventFor(const QString &function)
{
    if (m_eventPath.isEmpty() && m_editor->isModified())
        return; // It may be meant for this one, and has no name to be found by.
    for (qsizetype i = 0; i < m_files.size(); ++i) {
        const QString base = m_files.at(i).name.section(u'/', -1).chopped(5);
        if (base.compare(function, Qt::CaseInsensitive) == 0 || (m_files.size() == 1 && m_event->currentIndex() <= 0)) {
            m_event->setCurrentIndex(int(i) + 1);
            return loadEvent(int(i) + 1);
        }
    }
}

void InvokePanel::fillEvent(const QByteArray &text)
{
    m_editor->setContent(text);
    if (const auto draft = m_drafts.constFind(m_eventPath); draft != m_drafts.cend())
        m_editor->apply({0, text.size(), *draft});
    showDrafts();
    checkEvent();
}

void InvokePanel::keepDraft()
{
    if (m_editor->isModified())
        m_drafts.insert(m_eventPath, m_editor->utf8());
    else
        m_drafts.remove(m_eventPath);
}

void InvokePanel::showDrafts()
{
    for (int i = 1; i < m_event->count() && i <= m_files.size(); ++i) {
        const events::EventFile &file = m_files.at(i - 1);
        const bool isEdited = file.path == m_eventPath ? m_editor->isModified() : m_drafts.contains(file.path);
        m_event->setItemText(i, isEdited ? QString(u"● "_s + file.name) : file.name);
    }
}

QString InvokePanel::eventName() const
{
    const auto file = std::find_if(m_files.cbegin(), m_files.cend(), [this](const events::EventFile &each) { return each.path == m_eventPath; });
    return file == m_files.cend() ? tr("unsaved event") : file->name.chopped(5);
}

void InvokePanel::newEvent()
{
    auto catalogue = events::loadCatalogue();
    if (!catalogue)
        return m_result->showError(catalogue.error());
    auto *dialog = new EventDialog(*std::move(catalogue), window());
    if (const project::Function *function = m_project ? m_project->function(functionName()) : nullptr) {
        if (const auto own = services::suitableEvent(*function))
            dialog->choose(own->sample, own->values);
    }
    connect(dialog, &EventDialog::chosen, this, [this](const QByteArray &event) {
        m_event->setCurrentIndex(0);
        loadEvent(0);
        m_editor->apply({0, m_editor->utf8().size(), event});
        checkEvent();
        raiseEvent();
        m_editor->setFocus();
    });
    dialog->open();
}

void InvokePanel::loadEvent(int index)
{
    keepDraft();
    if (index <= 0) {
        m_eventPath.clear();
        return fillEvent(emptyEvent());
    }
    const events::EventFile &chosen = m_files.at(index - 1);
    QFile file(chosen.path);
    if (!file.open(QIODevice::ReadOnly)) {
        m_result->showError({ErrorCode::Io, tr("The event “%1” cannot be read: %2.").arg(chosen.name, file.errorString()), {}, {}});
        return;
    }
    m_eventPath = chosen.path;
    fillEvent(file.readAll());
}

void InvokePanel::refreshEvent()
{
    QFile file(m_eventPath);
    if (m_eventPath.isEmpty() || m_editor->isModified() || !file.open(QIODevice::ReadOnly))
        return;
    if (const QByteArray text = file.readAll(); text != m_editor->utf8())
        fillEvent(text);
}

QByteArray InvokePanel::state() const
{
    QHash<QString, QByteArray> all = m_drafts;
    all.remove(m_eventPath);
    if (m_editor->isModified())
        all.insert(m_eventPath, m_editor->utf8());
    QJsonObject drafts;
    for (auto it = all.cbegin(); it != all.cend(); ++it)
        drafts.insert(it.key(), QString::fromUtf8(it.value()));
    return QJsonDocument(QJsonObject{{u"function"_s, functionName()}, {u"event"_s, m_eventPath}, {u"drafts"_s, drafts}}).toJson(QJsonDocument::Compact);
}

void InvokePanel::restore(const QByteArray &state)
{
    const QJsonObject saved = QJsonDocument::fromJson(state).object();
    const QJsonObject drafts = saved.value("drafts"_L1).toObject();
    const auto indexOf = [this](const QString &path) {
        const auto file = std::find_if(m_files.cbegin(), m_files.cend(), [&path](const events::EventFile &each) { return each.path == path; });
        return file == m_files.cend() ? 0 : int(file - m_files.cbegin()) + 1;
    };
    // Those whose file is gone are kept, too: it may come back.
    for (auto it = drafts.begin(); it != drafts.end(); ++it)
        m_drafts.insert(it.key(), it->toString().toUtf8());
    if (saved.isEmpty())
        return;
    selectFunction(saved.value("function"_L1).toString());
    const QString event = saved.value("event"_L1).toString();
    const int index = indexOf(event);
    // The one that people were at is seen all the same.
    if (index == 0 && !m_drafts.contains(QString()) && m_drafts.contains(event))
        m_drafts.insert(QString(), m_drafts.take(event));
    if (index == 0 && !m_drafts.contains(QString()))
        return;
    m_event->setCurrentIndex(index);
    // What is shown now belongs to another event, and is as it lies on the disk.
    m_editor->setModified(false);
    m_eventPath = index > 0 ? m_files.at(index - 1).path : QString();
    QFile file(m_eventPath);
    fillEvent(index > 0 && file.open(QIODevice::ReadOnly) ? file.readAll() : emptyEvent());
}

void InvokePanel::storeEvent(const QString &name)
{
    const auto saved = events::saveEvent(m_project->eventsFolder(), name, m_editor->utf8());
    if (!saved)
        return m_result->showError(saved.error());
    // Under another name, the file that it came from is what it was.
    m_drafts.remove(m_eventPath);
    m_drafts.remove(saved->path);
    m_editor->setModified(false);
    m_eventPath = saved->path;
    setEvents(events::listEvents(m_project->eventsFolder()));
}

void InvokePanel::saveEvent()
{
    if (!m_project)
        return;
    if (m_eventPath.isEmpty())
        saveEventAs();
    else
        storeEvent(eventName());
}

void InvokePanel::saveEventAs()
{
    if (!m_project)
        return;
    const auto isTaken = [this](const QString &name) {
        return std::any_of(m_files.cbegin(), m_files.cend(), [&](const events::EventFile &file) { return file.name == name || file.name == name + ".json"_L1; });
    };
    QString free = m_function->currentText();
    for (int i = 2; isTaken(free); ++i)
        free = m_function->currentText() + u'-' + QString::number(i);
    auto *question = new QInputDialog(this);
    question->setObjectName(u"eventNameDialog"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setWindowTitle(tr("Save event"));
    question->setLabelText(tr("Name of the event"));
    question->setTextValue(free);
    question->setOkButtonText(tr("Save event"));
    connect(question, &QInputDialog::textValueChanged, question, [question, isTaken](const QString &name) {
        question->setOkButtonText(isTaken(name) ? tr("Replace %1").arg(name) : tr("Save event"));
    });
    connect(question, &QInputDialog::textValueSelected, this, &InvokePanel::storeEvent);
    question->open();
}

void InvokePanel::checkEvent()
{
    m_editor->setLanguageFor(u"event.json"_s);
    const QByteArray text = m_editor->utf8();
    const auto problem = events::checkJson(text);
    m_editor->markProblem(problem ? std::optional(problem->offset) : std::nullopt);
    m_problem->setVisible(problem.has_value());
    if (problem) {
        const auto line = QByteArrayView(text).first(std::min(problem->offset, text.size())).count('\n') + 1;
        m_problem->setText(tr("Line %1: %2").arg(line).arg(problem->message));
    }
    fitRequest();
    updateButton();
}

} // namespace eph::ui
