// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/functionform.h"

#include "core/project/warmup.h"
#include "widgets/common/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int MostReserved = 100'000; ///< What an account may be raised to.
} // namespace

FunctionForm::FunctionForm(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel)
    , m_handler(new QLineEdit)
    , m_runtime(new QLineEdit)
    , m_memory(new QSpinBox)
    , m_timeout(new QSpinBox)
    , m_reserved(new QSpinBox)
    , m_warmUp(new QComboBox)
    , m_variables(new QTableWidget)
{
    setProperty("surface", true);
    setAttribute(Qt::WA_StyledBackground);
    m_handler->setObjectName(u"formHandler"_s);
    m_runtime->setObjectName(u"formRuntime"_s);
    m_memory->setObjectName(u"formMemory"_s);
    m_memory->setRange(128, 10240);
    m_memory->setSingleStep(64);
    m_memory->setSuffix(u" MB"_s);
    m_memory->setKeyboardTracking(false);
    m_timeout->setObjectName(u"formTimeout"_s);
    m_timeout->setRange(1, 900);
    m_timeout->setSuffix(u" s"_s);
    m_timeout->setKeyboardTracking(false);
    m_reserved->setObjectName(u"formReserved"_s);
    m_reserved->setRange(-1, MostReserved);
    m_reserved->setSpecialValueText(tr("None"));
    m_reserved->setKeyboardTracking(false);
    m_reserved->setToolTip(tr("How many environments may run at once, and are kept for this function alone: 0 stops it, −1 takes the limit away"));
    m_memory->setToolTip(tr("From 128 to 10,240 MB"));
    m_timeout->setToolTip(tr("From 1 to 900 seconds"));
    m_warmUp->setObjectName(u"formWarmUp"_s);
    m_warmUp->setToolTip(tr("A schedule in the template sends {\"warmUp\": true}. Have the handler return at once for it; in the cloud each call is billed."));
    for (QSpinBox *box : {m_memory, m_timeout, m_reserved})
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_variables->setObjectName(u"formVariables"_s);
    m_variables->setAccessibleName(tr("Environment variables"));
    m_variables->setColumnCount(2);
    m_variables->setHorizontalHeaderLabels({tr("Variable"), tr("Value")});
    m_variables->horizontalHeader()->setStretchLastSection(true);
    m_variables->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_variables->verticalHeader()->hide();
    m_variables->setShowGrid(false);

    // Labels have no letters of their own: beside the editor, those belong to the menus and panels.
    // Side by side: the panel is wide and low.
    auto *code = new QFormLayout;
    code->addRow(tr("Handler"), m_handler);
    code->addRow(tr("Runtime"), m_runtime);
    auto *limits = new QFormLayout;
    limits->addRow(tr("Memory"), m_memory);
    limits->addRow(tr("Timeout"), m_timeout);
    auto *environments = new QFormLayout;
    environments->addRow(tr("Reserved concurrency"), m_reserved);
    environments->addRow(tr("Keep warm"), m_warmUp);
    auto *form = new QHBoxLayout;
    form->setSpacing(24);
    for (QFormLayout *column : {code, limits, environments}) {
        column->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        column->setHorizontalSpacing(16);
        column->setVerticalSpacing(8);
        form->addLayout(column, 1);
    }
    auto *declared = new QPushButton(tr("Show in the template"));
    declared->setObjectName(u"formShowTemplate"_s);
    declared->setProperty("link", true);
    connect(declared, &QPushButton::clicked, this, [this] { Q_EMIT placeRequested(m_function.location.file, m_function.location.line); });
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(declared);
    auto *hint = new QLabel(tr("F2 or a double click edits; the empty row adds a variable. Del takes one away."));
    hint->setProperty("muted", true);
    hint->setFont(Theme::smallFont());
    m_variables->setMinimumHeight(96);
    auto *content = new QWidget;
    content->setProperty("surface", true);
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addLayout(form);
    layout->addWidget(m_variables, 1);
    layout->addWidget(hint);

    connect(m_memory, &QSpinBox::valueChanged, this, [this](int value) { emitChange({u"MemorySize"_s}, QString::number(value)); });
    connect(m_timeout, &QSpinBox::valueChanged, this, [this](int value) { emitChange({u"Timeout"_s}, QString::number(value)); });
    connect(m_reserved, &QSpinBox::valueChanged, this, [this](int value) {
        const QStringList path{u"ReservedConcurrentExecutions"_s};
        if (value >= 0)
            emitChange(path, QString::number(value));
        else if (!m_filling && !m_function.logicalId.isEmpty())
            Q_EMIT removed(m_function, path);
    });
    connect(m_warmUp, &QComboBox::activated, this, [this] {
        if (!m_filling && !m_function.logicalId.isEmpty())
            Q_EMIT warmUpChosen(m_function, m_warmUp->currentData().toInt());
    });
    connect(m_handler, &QLineEdit::editingFinished, this, [this] {
        if (m_handler->text() != m_function.handler)
            emitChange({u"Handler"_s}, m_handler->text());
    });
    connect(m_runtime, &QLineEdit::editingFinished, this, [this] {
        if (m_runtime->text() != m_function.runtime)
            emitChange({u"Runtime"_s}, m_runtime->text());
    });
    connect(m_variables, &QTableWidget::cellChanged, this, &FunctionForm::variableEdited);
    auto *deleteKey = new QAction(tr("Delete variable"), m_variables);
    deleteKey->setShortcut(QKeySequence::Delete);
    deleteKey->setShortcutContext(Qt::WidgetShortcut);
    m_variables->addAction(deleteKey);
    connect(deleteKey, &QAction::triggered, this, [this] {
        const QTableWidgetItem *name = m_variables->item(m_variables->currentRow(), 0);
        if (name && m_function.environment.contains(name->text()))
            Q_EMIT removed(m_function, {u"Environment"_s, u"Variables"_s, name->text()});
    });
    for (QWidget *field : {static_cast<QWidget *>(m_memory), static_cast<QWidget *>(m_timeout), static_cast<QWidget *>(m_reserved)})
        field->installEventFilter(this);
    setFocusProxy(m_memory);
    setFunction(nullptr);
}

bool FunctionForm::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        const bool redo = key->matches(QKeySequence::Redo);
        if (redo || key->matches(QKeySequence::Undo)) {
            event->accept();
            if (event->type() == QEvent::KeyPress)
                Q_EMIT undoRequested(redo);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FunctionForm::emitChange(const QStringList &path, const QString &value)
{
    if (!m_filling && !m_function.logicalId.isEmpty())
        Q_EMIT changed(m_function, {path, value});
}

void FunctionForm::setFunction(const project::Function *function)
{
    const project::Function next = function ? *function : project::Function();
    const bool other = next.logicalId != m_function.logicalId || next.location.file != m_function.location.file;
    const auto isTypedIn = [other](const QLineEdit *field) { return !other && field->hasFocus() && field->isModified(); };
    const bool sameVariables = !other && next.environment == m_function.environment;
    m_filling = true;
    m_function = next;
    setEnabled(function && m_function.inTemplate);
    m_title->setText(function ? m_function.name : tr("No function is chosen"));
    // What somebody is typing stays.
    if (!isTypedIn(m_handler))
        m_handler->setText(m_function.handler);
    if (!isTypedIn(m_runtime))
        m_runtime->setText(m_function.runtime);
    m_memory->setValue(m_function.memoryMiB);
    m_timeout->setValue(m_function.timeoutSeconds);
    m_reserved->setValue(m_function.reservedConcurrency);
    fillWarmUp();
    if (!sameVariables)
        fillVariables();
    m_filling = false;
}

void FunctionForm::fillWarmUp()
{
    const auto present = project::warmUpOf(m_function);
    QList<int> choices{5, 10, 15, 30};
    if (present && !choices.contains(present->minutes))
        choices.prepend(present->minutes);
    m_warmUp->clear();
    m_warmUp->addItem(tr("No"), 0);
    for (const int minutes : std::as_const(choices))
        m_warmUp->addItem(tr("Every %n minute(s)", nullptr, minutes), minutes);
    m_warmUp->setCurrentIndex(present ? m_warmUp->findData(present->minutes) : 0);
}

void FunctionForm::fillVariables()
{
    const int rows = int(m_function.environment.size()) + 1;
    m_variables->setRowCount(rows);
    int row = 0;
    for (auto it = m_function.environment.cbegin(); it != m_function.environment.cend(); ++it, ++row) {
        auto *name = new QTableWidgetItem(it.key());
        name->setFlags(name->flags() & ~Qt::ItemIsEditable);
        m_variables->setItem(row, 0, name);
        m_variables->setItem(row, 1, new QTableWidgetItem(it.value()));
    }
    m_variables->setItem(row, 0, new QTableWidgetItem);
    m_variables->setItem(row, 1, new QTableWidgetItem);
    constexpr int NameWidth = 150;
    m_variables->setColumnWidth(0, NameWidth);
}

void FunctionForm::variableEdited(int row, int column)
{
    if (m_filling)
        return;
    const QString name = m_variables->item(row, 0)->text().trimmed();
    const QString value = m_variables->item(row, 1)->text();
    if (name.isEmpty() || (column == 0 && value.isEmpty()))
        return; // The new row is not complete yet.
    emitChange({u"Environment"_s, u"Variables"_s, name}, value);
}

} // namespace eph::ui
