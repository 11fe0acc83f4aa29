// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/eventdialog.h"

#include "widgets/common/theme.h"
#include "widgets/editor/codeeditor.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxRecords = 1000;
constexpr QSize FirstSize(940, 560);

[[nodiscard]] QString valueOf(QWidget *widget)
{
    if (const auto *box = qobject_cast<QComboBox *>(widget))
        return box->currentText();
    return qobject_cast<QLineEdit *>(widget)->text();
}

} // namespace

EventDialog::EventDialog(QList<events::SampleEvent> catalogue, QWidget *parent)
    : QDialog(parent)
    , m_catalogue(std::move(catalogue))
    , m_search(new QLineEdit)
    , m_list(new QListWidget)
    , m_form(new QWidget)
    , m_fields(new QFormLayout(m_form))
    , m_preview(new CodeEditor(CodeEditor::Role::Field))
    , m_problem(new QLabel)
    , m_use(new QPushButton(tr("Use this event")))
{
    setObjectName(u"eventDialog"_s);
    setWindowTitle(tr("An event from a source"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(FirstSize);
    m_search->setObjectName(u"eventSearch"_s);
    m_search->setPlaceholderText(tr("Queue, bucket, request…"));
    m_search->setAccessibleName(tr("Search among the sources"));
    m_list->setObjectName(u"eventList"_s);
    m_list->setAccessibleName(tr("Events of all sources"));
    m_preview->setObjectName(u"eventPreview"_s);
    m_preview->setAccessibleName(tr("The event as JSON"));
    m_preview->setReadOnly(true);
    m_problem->setObjectName(u"eventProblem"_s);
    m_problem->setWordWrap(true);
    setTone(m_problem, Token::Bad);
    m_use->setObjectName(u"eventUse"_s);
    m_use->setProperty("primary", true);
    m_use->setDefault(true);
    m_fields->setContentsMargins(0, 0, 0, 0);
    m_fields->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setObjectName(u"eventCancel"_s);

    auto *left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(m_search);
    left->addWidget(m_list, 1);
    auto *right = new QVBoxLayout;
    right->setSpacing(8);
    right->addWidget(m_form);
    right->addWidget(m_problem);
    right->addWidget(m_preview, 1);
    auto *halves = new QHBoxLayout;
    halves->setSpacing(16);
    halves->addLayout(left, 2);
    halves->addLayout(right, 3);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_use);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addLayout(halves, 1);
    column->addLayout(buttons);
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &EventDialog::filter);
    connect(m_list, &QListWidget::currentRowChanged, this, &EventDialog::showSample);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_use, &QPushButton::clicked, this, [this] {
        Q_EMIT chosen(m_event);
        accept();
    });
    connect(m_list, &QListWidget::itemActivated, m_use, &QPushButton::click);
    filter({});
    m_search->setFocus();
}

void EventDialog::filter(const QString &text)
{
    // A search chooses what it has found best.
    const QString before = current() && text.trimmed().isEmpty() ? current()->id : QString();
    const QSignalBlocker blocked(m_list);
    m_list->clear();
    QList<events::SampleEvent> found;
    std::copy_if(m_catalogue.cbegin(), m_catalogue.cend(), std::back_inserter(found), [&text](const events::SampleEvent &sample) { return sample.matches(text); });
    // What is looked for comes first; without a search the order is the catalogue's.
    if (!text.trimmed().isEmpty())
        std::stable_sort(found.begin(), found.end(), [&text](const events::SampleEvent &a, const events::SampleEvent &b) { return a.rank(text) < b.rank(text); });
    for (const events::SampleEvent &sample : std::as_const(found)) {
        auto *item = new QListWidgetItem(sample.service + u" – "_s + sample.title, m_list);
        item->setData(Qt::UserRole, sample.id);
        if (sample.id == before)
            m_list->setCurrentItem(item);
    }
    if (m_list->currentRow() < 0)
        m_list->setCurrentRow(0);
    showSample();
}

void EventDialog::choose(const QString &sampleId, const QHash<QString, QString> &values)
{
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->data(Qt::UserRole).toString() == sampleId)
            m_list->setCurrentRow(row);
    }
    for (const auto &[key, widget] : std::as_const(m_values)) {
        if (!values.contains(key))
            continue;
        if (auto *box = qobject_cast<QComboBox *>(widget))
            box->setCurrentText(values.value(key));
        else
            qobject_cast<QLineEdit *>(widget)->setText(values.value(key));
    }
}

const events::SampleEvent *EventDialog::current() const
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item)
        return nullptr;
    const QString id = item->data(Qt::UserRole).toString();
    const auto found = std::find_if(m_catalogue.cbegin(), m_catalogue.cend(), [&id](const events::SampleEvent &sample) { return sample.id == id; });
    return found == m_catalogue.cend() ? nullptr : &*found;
}

void EventDialog::showSample()
{
    m_values.clear();
    m_count = nullptr;
    while (m_fields->rowCount() > 0)
        m_fields->removeRow(0);
    if (const events::SampleEvent *sample = current())
        makeFields(*sample);
    QWidget *last = m_list;
    for (int row = 0; row < m_fields->rowCount(); ++row) {
        QWidget *field = m_fields->itemAt(row, QFormLayout::FieldRole)->widget();
        setTabOrder(std::exchange(last, field), field);
    }
    setTabOrder(last, m_preview);
    generate();
}

bool EventDialog::eventFilter(QObject *watched, QEvent *event)
{
    // From the search through what it has found.
    const auto *key = event->type() == QEvent::KeyPress ? static_cast<QKeyEvent *>(event) : nullptr;
    if (key && (key->key() == Qt::Key_Down || key->key() == Qt::Key_Up || key->key() == Qt::Key_PageDown || key->key() == Qt::Key_PageUp))
        return QCoreApplication::sendEvent(m_list, event);
    return QDialog::eventFilter(watched, event);
}

void EventDialog::makeFields(const events::SampleEvent &sample)
{
    for (const events::EventField &field : sample.fields) {
        QWidget *widget = nullptr;
        if (field.choices.isEmpty()) {
            auto *edit = new QLineEdit(field.value);
            connect(edit, &QLineEdit::textChanged, this, &EventDialog::generate);
            widget = edit;
        } else {
            auto *box = new QComboBox;
            box->addItems(field.choices);
            box->setCurrentText(field.value);
            connect(box, &QComboBox::currentTextChanged, this, &EventDialog::generate);
            widget = box;
        }
        widget->setObjectName(u"eventField_"_s + field.key);
        widget->setAccessibleName(field.label);
        m_fields->addRow(field.label, widget);
        m_values << qMakePair(field.key, widget);
    }
    if (sample.repeated.isEmpty())
        return;
    m_count = new QSpinBox;
    m_count->setObjectName(u"eventCount"_s);
    m_count->setAccessibleName(tr("Records"));
    m_count->setRange(1, MaxRecords);
    connect(m_count, &QSpinBox::valueChanged, this, &EventDialog::generate);
    m_fields->addRow(tr("Records"), m_count);
}

void EventDialog::generate()
{
    m_event.clear();
    const events::SampleEvent *sample = current();
    QString problem = sample ? QString() : tr("No source has all of these words.");
    if (sample) {
        events::EventRequest request;
        request.count = m_count ? m_count->value() : 1;
        for (const auto &[key, widget] : std::as_const(m_values))
            request.values.insert(key, valueOf(widget));
        const auto event = events::generateEvent(*sample, request, events::realChance());
        if (event)
            m_event = *event;
        else
            problem = event.error().message + u' ' + event.error().hint;
    }
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_preview->showReadOnly(m_event, u"event.json"_s);
    m_use->setEnabled(!m_event.isEmpty());
}

} // namespace eph::ui
