// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/packagechanges.h"
#include "core/sys/background.h"

#include <QDialog>
#include <QTimer>
#include <atomic>
#include <mutex>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTreeWidget;

namespace eph::ui {

class StatePage;
class TreemapView;

/// What a function's package holds and how much of it, as areas and as a table; what differs from another one; and the zip.
class PackageDialog : public QDialog
{
    Q_OBJECT
public:
    /// @param projectFolder its releases are what the package can be compared with.
    PackageDialog(const project::Function &function, const QString &projectFolder, QWidget *parent = nullptr);
    ~PackageDialog() override;

private:
    [[nodiscard]] QWidget *makePage();
    void pack();
    void take(const Result<services::FunctionPackage> &packed);
    void showParts();
    void save();
    void offerReleases(const QList<services::ReleasedPackage> &releases);
    void compareWithFile();
    void compareWith(const QString &title, std::function<Result<QByteArray>()> read);
    void showDifference(const QString &title, const package::PackageDiff &diff);
    void tell(const QString &text, bool bad);

    /// What the packing thread and this one share.
    struct Packing {
        std::atomic<bool> isStopped = false;
        std::mutex mutex;
        QString said; ///< By the tool that brings the dependencies.
    };

    project::Function m_function;
    deploy::Vault m_vault;
    services::FunctionPackage m_package;
    sys::BackgroundJobs m_jobs{this};
    std::shared_ptr<Packing> m_packing = std::make_shared<Packing>();
    QTimer m_look;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QLabel *m_head;
    QLabel *m_hash;
    QLabel *m_told;
    TreemapView *m_map;
    QTreeWidget *m_table;
    QPushButton *m_save;
    QPushButton *m_compare;
};

} // namespace eph::ui
