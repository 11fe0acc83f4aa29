// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/elidedlabel.h"
#include "widgets/common/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>
#include <QToolTip>

using namespace eph::ui;

class tst_Labels : public QObject
{
    Q_OBJECT

    static constexpr auto Long = "$0.07 a month at this rate, $0.0036 forecast for this month";
    Theme m_theme;

    /// What the label shows, drawn by the label that Qt has.
    static QImage drawn(const QString &text, const QLabel &like)
    {
        QLabel label(text);
        label.setFixedSize(like.size());
        label.setContentsMargins(like.contentsMargins());
        return label.grab().toImage();
    }

    static QString tipOf(QLabel &label)
    {
        QToolTip::hideText();
        (void)QTest::qWaitFor([] { return !QToolTip::isVisible(); }, 2000);
        QHelpEvent help(QEvent::ToolTip, {2, 2}, label.mapToGlobal(QPoint(2, 2)));
        QCoreApplication::sendEvent(&label, &help);
        return QToolTip::text();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_theme.apply(Scheme::Light);
    }

    void showsAllWhereThereIsRoom()
    {
        ElidedLabel label;
        label.setText(Long);
        label.setFixedSize(label.sizeHint().width() + 20, 24);
        QCOMPARE(label.grab().toImage(), drawn(Long, label));
    }

    void endsWithDotsWhereThereIsNone()
    {
        ElidedLabel label;
        label.setText(Long);
        label.setContentsMargins(8, 0, 8, 0);
        label.setFixedSize(160, 24);
        const QString shown = label.fontMetrics().elidedText(Long, Qt::ElideRight, 144);
        QVERIFY(shown.endsWith(QChar(0x2026)));
        QCOMPARE(label.grab().toImage(), drawn(shown, label));
        QCOMPARE(label.text(), Long);
    }

    void takesMarkupAsItIs()
    {
        ElidedLabel label;
        label.setText("<b>no markup</b>");
        label.setFixedSize(300, 24);
        QLabel plain;
        plain.setTextFormat(Qt::PlainText);
        plain.setText(label.text());
        plain.setFixedSize(label.size());
        QCOMPARE(label.grab().toImage(), plain.grab().toImage());
    }

    void tellsTheWholeInATip()
    {
        QWidget window;
        window.resize(600, 100);
        ElidedLabel label(&window);
        label.setText(Long);
        label.setGeometry(0, 0, 100, 24);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCOMPARE(tipOf(label), Long);
        label.setGeometry(0, 0, 590, 24);
        QCOMPARE(tipOf(label), QString());
        label.setToolTip("another");
        QCOMPARE(tipOf(label), "another");
    }

    void leavesTheRoomToOthers()
    {
        QWidget row;
        auto *layout = new QHBoxLayout(&row);
        auto *label = new ElidedLabel;
        label->setText(Long);
        layout->addWidget(label, 1);
        QVERIFY(layout->minimumSize().width() < 100);
    }

    void standsAtTheHeightOfItsField()
    {
        QWidget page;
        auto *form = new QFormLayout(&page);
        auto *line = new QLineEdit;
        auto *choice = new QComboBox;
        auto *text = new QPlainTextEdit;
        for (const auto &[name, field] : std::initializer_list<std::pair<QString, QWidget *>>{{"Line", line}, {"Choice", choice}, {"Text", text}})
            form->addRow(name, field);
        page.resize(400, 400);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        for (QWidget *field : std::initializer_list<QWidget *>{line, choice}) {
            const QRect label = form->labelForField(field)->geometry();
            QVERIFY2(std::abs(label.center().y() - field->geometry().center().y()) <= 1, qPrintable(QString("%1 beside %2").arg(label.center().y()).arg(field->geometry().center().y())));
        }
        // Of several lines, at the first.
        QVERIFY(form->labelForField(text)->geometry().bottom() < text->geometry().center().y());
    }
};

QTEST_MAIN(tst_Labels)
#include "tst_labels.moc"
