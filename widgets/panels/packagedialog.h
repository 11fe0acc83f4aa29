// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/packageservice.h"
#include "core/sys/background.h"

#include <QDialog>
#include <atomic>

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
    explicit PackageDialog(const project::Function &function, QWidget *parent = nullptr);
    ~PackageDialog() override;

private:
    [[nodiscard]] QWidget *makePage();
    void pack();
    void take(const Result<services::FunctionPackage> &packed);
    void showParts();
    void save();
    void compare();
    void tell(const QString &text, bool bad);

    project::Function m_function;
    services::FunctionPackage m_package;
    sys::BackgroundJobs m_jobs{this};
    std::shared_ptr<std::atomic<bool>> m_stop = std::make_shared<std::atomic<bool>>(false);
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
