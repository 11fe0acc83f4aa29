// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chartexport.h"

#include "widgets/charts/chart.h"

#include <QFileDialog>
#include <QSaveFile>

namespace eph::ui {

using namespace Qt::StringLiterals;

std::optional<Error> exportChart(Chart &chart, const QByteArray &csv, const QString &suggestion, QWidget *parent)
{
    const QString name = QFileDialog::getSaveFileName(parent, Chart::tr("Export"), suggestion, Chart::tr("Rows (*.csv);;Chart (*.png)"));
    if (name.isEmpty())
        return {};
    if (name.endsWith(".png"_L1, Qt::CaseInsensitive))
        return chart.savePng(name) ? std::nullopt : std::optional(Error{ErrorCode::Io, Chart::tr("The picture cannot be written to %1.").arg(name), {}, {}});
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(csv) != csv.size() || !file.commit())
        return Error{ErrorCode::Io, Chart::tr("%1 cannot be written: %2.").arg(name, file.errorString()), {}, {}};
    return {};
}

} // namespace eph::ui
