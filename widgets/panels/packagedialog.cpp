// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/packagedialog.h"

#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/panels/treemapview.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

QString dataSize(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

QString nameOf(const package::PackagePart &part)
{
    return part.name.isEmpty() ? PackageDialog::tr("files at the top") : part.name;
}

QString changeText(package::PackageDiff::Change change)
{
    switch (change) {
    case package::PackageDiff::Change::Added: return PackageDialog::tr("added");
    case package::PackageDiff::Change::Removed: return PackageDialog::tr("removed");
    case package::PackageDiff::Change::Content: return PackageDialog::tr("changed");
    case package::PackageDiff::Change::Mode: return PackageDialog::tr("its mode changed");
    }
    return {};
}

} // namespace

PackageDialog::PackageDialog(const project::Function &function, QWidget *parent)
    : QDialog(parent)
    , m_function(function)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_head(new QLabel)
    , m_hash(new QLabel)
    , m_told(new QLabel)
    , m_map(new TreemapView)
    , m_table(new QTreeWidget)
    , m_save(new QPushButton(tr("Save zip…")))
    , m_compare(new QPushButton(tr("Compare with a zip…")))
{
    setObjectName(u"packageDialog"_s);
    setWindowTitle(tr("Package of %1").arg(function.name));
    m_save->setObjectName(u"packageSave"_s);
    m_save->setProperty("primary", true);
    m_compare->setObjectName(u"packageCompare"_s);
    m_told->setObjectName(u"packageTold"_s);
    m_told->setWordWrap(true);
    m_told->hide();
    auto *buttons = new QDialogButtonBox;
    buttons->addButton(m_save, QDialogButtonBox::ActionRole);
    buttons->addButton(m_compare, QDialogButtonBox::ActionRole);
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &PackageDialog::save);
    connect(m_compare, &QPushButton::clicked, this, &PackageDialog::compare);
    connect(m_state, &StatePage::actionTriggered, this, &PackageDialog::pack);
    m_stack->addWidget(m_state);
    m_stack->addWidget(makePage());
    auto *column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addWidget(m_stack, 1);
    column->addWidget(m_told);
    column->addWidget(buttons);
    resize(820, 520);
    pack();
}

PackageDialog::~PackageDialog()
{
    m_stop->store(true);
}

QWidget *PackageDialog::makePage()
{
    m_head->setObjectName(u"packageHead"_s);
    m_hash->setObjectName(u"packageHash"_s);
    m_hash->setFont(Theme::codeFont());
    m_hash->setProperty("muted", true);
    m_hash->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_hash->setToolTip(tr("CodeSha256: it follows from names, contents, executable bits and links alone"));
    m_map->setObjectName(u"packageMap"_s);
    m_map->setAccessibleName(tr("Sizes in the package"));
    m_table->setObjectName(u"packageTable"_s);
    m_table->setAccessibleName(tr("Parts of the package"));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    auto *split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_map);
    split->addWidget(m_table);
    split->setSizes({400, 400});
    split->setChildrenCollapsible(false);
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_head);
    column->addWidget(m_hash);
    column->addWidget(split, 1);
    connect(m_map, &TreemapView::currentChanged, this, [this](int index) { m_table->setCurrentItem(m_table->topLevelItem(index)); });
    return page;
}

void PackageDialog::pack()
{
    m_state->showLoading(tr("Packing %1").arg(m_function.name));
    m_stack->setCurrentIndex(0);
    m_save->setEnabled(false);
    m_compare->setEnabled(false);
    m_jobs.run([function = m_function, stop = m_stop] { return services::packFunction(function, [stop](qsizetype) { return !stop->load(); }); },
               [this](const Result<services::FunctionPackage> &packed) { take(packed); });
}

void PackageDialog::take(const Result<services::FunctionPackage> &packed)
{
    if (!packed) {
        m_state->showError(packed.error(), tr("Try again"));
        return;
    }
    m_package = *packed;
    m_save->setEnabled(true);
    m_compare->setEnabled(true);
    m_save->setDefault(true);
    m_head->setText(tr("%1 packed, %2 unpacked; files: %3, left out: %4").arg(dataSize(m_package.zip.size()), dataSize(m_package.uncompressedBytes)).arg(m_package.files).arg(m_package.leftOut.size()));
    QStringList leftOut;
    for (const package::LeftOut &one : std::as_const(m_package.leftOut))
        leftOut << tr("%1 (%2)").arg(one.name, one.rule);
    m_head->setToolTip(leftOut.mid(0, 40).join(u'\n'));
    m_hash->setText(QString::fromLatin1(m_package.codeSha256));
    if (!m_package.warnings.isEmpty())
        tell(m_package.warnings.join(u' '), true);
    showParts();
    m_stack->setCurrentIndex(1);
}

void PackageDialog::showParts()
{
    m_table->clear();
    m_table->setHeaderLabels({tr("Part"), tr("Files"), tr("Unpacked"), tr("Packed")});
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    QList<TreemapView::Item> items;
    for (const package::PackagePart &part : std::as_const(m_package.parts)) {
        items.append({nameOf(part), double(part.compressedBytes), tr("%1: %2 packed, %3 unpacked; files: %4").arg(nameOf(part), dataSize(part.compressedBytes), dataSize(part.bytes)).arg(part.files)});
        auto *item = new QTreeWidgetItem(m_table, {nameOf(part), QLocale().toString(part.files), dataSize(part.bytes), dataSize(part.compressedBytes)});
        for (const int column : {1, 2, 3})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    m_map->setItems(items);
}

void PackageDialog::save()
{
    const QString name = QFileDialog::getSaveFileName(this, tr("Save package"), m_package.function + ".zip"_L1, tr("Packages (*.zip)"));
    if (name.isEmpty())
        return;
    QSaveFile file(name);
    const bool saved = file.open(QIODevice::WriteOnly) && file.write(m_package.zip) == m_package.zip.size() && file.commit();
    tell(saved ? tr("Saved to %1.").arg(name) : tr("%1 cannot be written: %2.").arg(name, file.errorString()), !saved);
}

void PackageDialog::compare()
{
    const QString name = QFileDialog::getOpenFileName(this, tr("Compare with a package"), {}, tr("Packages (*.zip)"));
    if (name.isEmpty())
        return;
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return tell(tr("%1 cannot be read: %2.").arg(name, file.errorString()), true);
    const auto diff = package::diffPackages(file.readAll(), m_package.zip);
    if (!diff)
        return tell(diff.error().message, true);
    if (diff->entries.isEmpty())
        return tell(diff->sameBytes ? tr("The same bytes as %1.").arg(name) : tr("The same code as %1; the hash is another because of %2.").arg(name, diff->packing), false);
    m_table->clear();
    m_table->setHeaderLabels({tr("File"), tr("Change"), tr("Before"), tr("After")});
    for (const package::PackageDiff::Entry &entry : diff->entries) {
        auto *item = new QTreeWidgetItem(m_table, {entry.name, changeText(entry.change), dataSize(entry.before), dataSize(entry.after)});
        for (const int column : {2, 3})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    tell(tr("Files that differ from %1: %2").arg(name).arg(diff->entries.size()), false);
}

void PackageDialog::tell(const QString &text, bool bad)
{
    m_told->setText(text);
    m_told->show();
    setTone(m_told, bad ? Token::Bad : Token::Text);
}

} // namespace eph::ui
