// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/packagedialog.h"

#include "widgets/common/differencerows.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/panels/treemapview.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

QString nameOf(const package::PackagePart &part)
{
    return part.name.isEmpty() ? PackageDialog::tr("files at the top") : part.name;
}

} // namespace

PackageDialog::PackageDialog(const project::Function &function, const QString &projectFolder, QWidget *parent)
    : QDialog(parent)
    , m_function(function)
    , m_vault(projectFolder)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_head(new QLabel)
    , m_hash(new QLabel)
    , m_told(new QLabel)
    , m_map(new TreemapView)
    , m_table(new QTreeWidget)
    , m_save(new QPushButton(tr("Save zip…")))
    , m_compare(new QPushButton(tr("Compare with")))
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
    auto *others = new QMenu(m_compare);
    others->setObjectName(u"packageOthers"_s);
    others->addAction(tr("A zip…"), this, &PackageDialog::compareWithFile);
    m_compare->setMenu(others);
    m_jobs.run([vault = m_vault, id = function.logicalId] { return services::releasedPackages(vault, id); }, [this](const QList<services::ReleasedPackage> &releases) { offerReleases(releases); });
    m_look.setInterval(100);
    connect(&m_look, &QTimer::timeout, this, [this] {
        const std::lock_guard lock(m_packing->mutex);
        if (!m_packing->said.isEmpty())
            m_state->showLoading(m_packing->said);
    });
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
    m_packing->isStopped = true;
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
    const auto packing = m_packing;
    services::PackSteps steps;
    steps.installing = [packing](const QString &line) {
        const std::lock_guard lock(packing->mutex);
        packing->said = line;
        return !packing->isStopped;
    };
    steps.packing = [packing](qsizetype) { return !packing->isStopped; };
    m_look.start();
    m_jobs.run([function = m_function, steps] { return services::packFunction(function, steps); }, [this](const Result<services::FunctionPackage> &packed) { take(packed); });
}

void PackageDialog::take(const Result<services::FunctionPackage> &packed)
{
    m_look.stop();
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
    QStringList told;
    bool bad = false;
    for (const Finding &finding : std::as_const(m_package.findings)) {
        told << finding.message;
        bad |= finding.severity != Severity::Note;
    }
    if (!told.isEmpty())
        tell(told.join(u' '), bad);
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

void PackageDialog::offerReleases(const QList<services::ReleasedPackage> &releases)
{
    QMenu *others = m_compare->menu();
    constexpr qsizetype Most = 15;
    if (!releases.isEmpty())
        others->addSeparator();
    for (const services::ReleasedPackage &release : releases.first(std::min(Most, releases.size()))) {
        const QString title = tr("the release %1 (%2)").arg(release.release, release.target);
        others->addAction(title, this, [this, title, release] { compareWith(title, [vault = m_vault, release] { return vault.package(release.sha256); }); });
    }
}

void PackageDialog::compareWithFile()
{
    const QString name = QFileDialog::getOpenFileName(this, tr("Compare with a package"), {}, tr("Packages (*.zip)"));
    if (name.isEmpty())
        return;
    compareWith(name, [name]() -> Result<QByteArray> {
        QFile file(name);
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, tr("%1 cannot be read: %2.").arg(name, file.errorString()));
        return file.readAll();
    });
}

void PackageDialog::compareWith(const QString &title, std::function<Result<QByteArray>()> read)
{
    m_compare->setEnabled(false);
    m_jobs.run([read = std::move(read), zip = m_package.zip] { return read().and_then([&](const QByteArray &other) { return package::diffPackages(other, zip); }); },
               [this, title](const Result<package::PackageDiff> &diff) {
                   m_compare->setEnabled(true);
                   if (diff)
                       showDifference(title, *diff);
                   else
                       tell(diff.error().message, true);
               });
}

void PackageDialog::showDifference(const QString &title, const package::PackageDiff &diff)
{
    if (diff.entries.isEmpty()) {
        showParts();
        return tell(diff.sameBytes ? tr("The same bytes as %1.").arg(title) : tr("The same code as %1; the hash is another because of %2.").arg(title, diff.packing), false);
    }
    m_table->clear();
    m_table->setHeaderLabels({tr("File"), tr("Change"), tr("Before"), tr("After")});
    QList<QTreeWidgetItem *> items;
    const QList<QStringList> rows = differenceRows(diff);
    for (const QStringList &row : rows) {
        auto *item = new QTreeWidgetItem(row);
        for (const int column : {2, 3})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        items << item;
    }
    m_table->addTopLevelItems(items);
    tell(tr("Files that differ from %1: %2").arg(title).arg(diff.entries.size()), false);
}

void PackageDialog::tell(const QString &text, bool bad)
{
    m_told->setText(text);
    m_told->show();
    setTone(m_told, bad ? Token::Bad : Token::Text);
}

} // namespace eph::ui
