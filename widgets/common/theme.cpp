// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include "core/sys/paths.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QFile>
#include <QFontDatabase>
#include <QHash>
#include <QLabel>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QProxyStyle>
#include <QStyleOption>
#include <QSvgRenderer>
#include <array>

namespace eph::ui {

namespace {

using namespace Qt::StringLiterals;

struct Row {
    QRgb light;
    QRgb dark;
    QRgb highContrast;
};

// In the order of Token. Text on its surface has a contrast of at least 4.5 to 1 in each column.
constexpr std::array<Row, size_t(Token::Count)> Table{{
    {0xfff5f6f8, 0xff16181d, 0xff000000}, // Background
    {0xffffffff, 0xff1d2026, 0xff000000}, // Surface
    {0xffeceef2, 0xff272b33, 0xff1a1a1a}, // Raised
    {0xffd8dce3, 0xff353a44, 0xffffffff}, // Border
    {0xff1b1f27, 0xffe3e6ec, 0xffffffff}, // Text
    {0xff5c6470, 0xff9aa3b0, 0xffd0d0d0}, // Muted
    {0xff2563c9, 0xff6ea8ff, 0xff66ccff}, // Accent
    {0xffffffff, 0xff0d1420, 0xff000000}, // OnAccent
    {0xff1a7f45, 0xff5cc98a, 0xff66ff99}, // Good
    {0xff8f5a00, 0xffe5b454, 0xffffd24d}, // Warning
    {0xffc02a37, 0xffff7b86, 0xffff8080}, // Bad
    {0xff1c6fa8, 0xff6cc0f5, 0xff80d4ff}, // Cold
    {0xffa8480f, 0xfff2a06b, 0xffffb380}, // Warm
    {0xffd3e2fb, 0xff2b4468, 0xff005a9e}, // Selection
}};

Theme *current = nullptr;

/// Fusion with rows that can be hit. A style sheet cannot do it: it changes only the rows it paints.
class RoomyStyle final : public QProxyStyle
{
public:
    RoomyStyle()
        : QProxyStyle(QStringLiteral("Fusion"))
    {
    }

    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents, const QWidget *widget) const override
    {
        constexpr int RowPadding = 6;
        const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
        return type == CT_ItemViewItem ? size + QSize(0, RowPadding) : size;
    }

    /// Buttons of a question look and stand as those of the window's own dialogs: words alone, what one came for last.
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const override
    {
        if (hint == SH_DialogButtonBox_ButtonsHaveIcons)
            return 0;
        return hint == SH_DialogButtonLayout ? int(QDialogButtonBox::GnomeLayout) : QProxyStyle::styleHint(hint, option, widget, data);
    }

    /// The mark of the column by which a table is sorted stands above its name, which may reach to the end.
    QRect subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const override
    {
        constexpr QSize Arrow(10, 6);
        const QRect rect = QProxyStyle::subElementRect(element, option, widget);
        return element == SE_HeaderArrow ? QRect(QPoint(option->rect.center().x() - Arrow.width() / 2, option->rect.top() + 1), Arrow) : rect;
    }

    /// What a form says about a field of one line stands at the height of that line.
    void polish(QWidget *widget) override
    {
        QProxyStyle::polish(widget);
        const auto *label = qobject_cast<QLabel *>(widget);
        QWidget *field = label ? label->buddy() : nullptr;
        if (!field || field->sizePolicy().verticalPolicy() != QSizePolicy::Fixed)
            return;
        field->ensurePolished();
        widget->setMinimumHeight(field->sizeHint().height());
    }
    using QProxyStyle::polish;
};

} // namespace

Theme::Theme(QObject *parent)
    : QObject(parent)
{
    current = this;
    QApplication::setStyle(new RoomyStyle);
}

void setTone(QWidget *widget, Token tone)
{
    const char *name = tone == Token::Good ? "good" : tone == Token::Warning ? "warning" : tone == Token::Bad ? "bad" : tone == Token::Muted ? "muted" : "";
    if (widget->property("tone").toString() == QLatin1StringView(name))
        return;
    widget->setProperty("tone", QString::fromLatin1(name));
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

Theme &theme()
{
    Q_ASSERT(current);
    return *current;
}

QColor Theme::color(Token token) const
{
    const Row &row = Table[size_t(token)];
    switch (m_scheme) {
    case Scheme::Light: return QColor::fromRgba(row.light);
    case Scheme::Dark: return QColor::fromRgba(row.dark);
    case Scheme::HighContrast: return QColor::fromRgba(row.highContrast);
    }
    return {};
}

namespace {
int codePoints = 0; ///< 0: as the system's.
} // namespace

QFont Theme::codeFont()
{
    static const QFont system = [] {
        QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        fixed.setStyleHint(QFont::Monospace);
        if (fixed.pointSizeF() <= 0)
            fixed.setPointSizeF(QApplication::font().pointSizeF());
        return fixed;
    }();
    QFont font = system;
    if (codePoints > 0)
        font.setPointSize(codePoints);
    return font;
}

void Theme::setCodePoints(int points)
{
    if (std::exchange(codePoints, points) != points)
        Q_EMIT changed();
}

QFont Theme::smallFont()
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * 0.9);
    return font;
}

QFont Theme::largeFont()
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * 1.45);
    font.setWeight(QFont::DemiBold);
    return font;
}

Scheme Theme::systemScheme()
{
    const QPalette palette = QApplication::palette();
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness() ? Scheme::Dark : Scheme::Light;
}

QColor Theme::tint(size_t number) const
{
    // The golden angle: neighbours in number are far apart in colour.
    const int hue = int((number * 137) % 360);
    return isDark() ? QColor::fromHsv(hue, 130, 210) : QColor::fromHsv(hue, 170, 165);
}

QIcon Theme::icon(const QString &name, Token token) const
{
    static QHash<QString, QByteArray> sources;
    QByteArray &source = sources[name];
    if (source.isEmpty()) {
        QFile file(sys::resourcePath(u"icons/"_s + name + u".svg"_s));
        if (file.open(QIODevice::ReadOnly))
            source = file.readAll();
    }
    const auto drawn = [&](const QColor &with) {
        QSvgRenderer renderer(QByteArray(source).replace("currentColor", with.name().toLatin1()));
        QPixmap pixmap(32, 32);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        return pixmap;
    };
    QIcon icon(drawn(color(token)));
    icon.addPixmap(drawn(color(Token::Muted)), QIcon::Disabled);
    // As it is: made by the style, it fades into the selection.
    icon.addPixmap(drawn(color(token)), QIcon::Selected);
    return icon;
}

void Theme::apply(Scheme scheme)
{
    prepare(scheme);
    dress();
    Q_EMIT changed();
}

void Theme::dress()
{
    qApp->setStyleSheet(styleSheet());
}

void Theme::prepare(Scheme scheme)
{
    m_scheme = scheme;
    QPalette palette;
    palette.setColor(QPalette::Window, color(Token::Background));
    palette.setColor(QPalette::WindowText, color(Token::Text));
    palette.setColor(QPalette::Base, color(Token::Surface));
    palette.setColor(QPalette::AlternateBase, color(Token::Background));
    palette.setColor(QPalette::Text, color(Token::Text));
    palette.setColor(QPalette::Button, color(Token::Raised));
    palette.setColor(QPalette::ButtonText, color(Token::Text));
    palette.setColor(QPalette::BrightText, color(Token::Bad));
    palette.setColor(QPalette::Highlight, color(Token::Selection));
    palette.setColor(QPalette::HighlightedText, color(Token::Text));
    palette.setColor(QPalette::PlaceholderText, color(Token::Muted));
    palette.setColor(QPalette::Link, color(Token::Accent));
    palette.setColor(QPalette::ToolTipBase, color(Token::Raised));
    palette.setColor(QPalette::ToolTipText, color(Token::Text));
    palette.setColor(QPalette::Mid, color(Token::Border));
    palette.setColor(QPalette::Light, color(Token::Surface));
    palette.setColor(QPalette::Dark, color(Token::Border));
    palette.setColor(QPalette::Disabled, QPalette::Text, color(Token::Muted));
    palette.setColor(QPalette::Disabled, QPalette::ButtonText, color(Token::Muted));
    palette.setColor(QPalette::Disabled, QPalette::WindowText, color(Token::Muted));
    QApplication::setPalette(palette);
}

QString Theme::styleSheet() const
{
    QString sheet = uR"css(
        QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 4px; }
        QMenuBar { background: @background; padding: 2px 4px; }
        QMenuBar::item { padding: 4px 8px; border-radius: 4px; }
        QMenuBar::item:selected { background: @raised; }
        QMenu { background: @surface; border: 1px solid @border; padding: 4px; }
        QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
        QMenu::item:selected { background: @selection; color: @text; }
        QMenu::item:disabled { color: @muted; }
        QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
        QMainWindow::separator { background: @border; width: 1px; height: 1px; }
        QMainWindow::separator:hover { background: @accent; }
        QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
        QDockWidget::title { background: @background; padding: 6px 8px; text-align: left; }
        QTabWidget::pane { border: 0; }
        QTabBar { background: @background; qproperty-drawBase: 0; }
        QTabBar::tab { background: @background; color: @muted; padding: 6px 12px; border: 0; border-bottom: 2px solid transparent; }
        QTabBar::tab:selected { color: @text; background: @surface; border-bottom: 2px solid @accent; }
        QTabBar::tab:hover:!selected { color: @text; }
        QTabBar::tab:selected:focus { color: @accent; background: @selection; }
        QTabBar::close-button { image: url(@icons/close-@variant.svg); subcontrol-position: right; margin: 2px; border-radius: 3px; }
        QTabBar::close-button:hover { background: @raised; }
        QToolBar { background: @background; border: 0; border-bottom: 1px solid @border; padding: 2px 4px; }
        QPushButton { background: @raised; color: @text; border: 1px solid @border; border-radius: 4px; padding: 4px 12px; min-height: 18px; }
        QPushButton:hover { border-color: @accent; }
        QPushButton:focus { border-color: @accent; outline: 0; }
        QPushButton:disabled { color: @muted; }
        QPushButton[primary="true"] { background: @accent; color: @onaccent; border-color: @accent; font-weight: 600; }
        QPushButton[primary="true"]:focus { border: 2px solid @text; padding: 3px 11px; }
        QPushButton[primary="true"]:disabled { background: @raised; color: @muted; border-color: @border; }
        QPushButton[quiet="true"], QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; color: @text; }
        QPushButton::menu-indicator { subcontrol-origin: padding; subcontrol-position: right center; right: 4px; width: 9px; }
        QPushButton[quiet="true"]:hover, QToolButton:hover { background: @raised; }
        QPushButton[quiet="true"]:focus, QToolButton:focus { border-color: @accent; }
        QPushButton[quiet="true"]:disabled, QToolButton:disabled { color: @muted; }
        QPushButton[link="true"] { background: transparent; border: 1px solid transparent; color: @accent; padding: 3px 4px; text-align: left; }
        QPushButton[link="true"]:hover { text-decoration: underline; }
        QPushButton[link="true"]:focus { border-color: @accent; }
        QToolButton:checked, QPushButton[quiet="true"]:checked { background: @selection; }
        QLineEdit, QComboBox, QSpinBox, QDateTimeEdit { background: @surface; color: @text; border: 1px solid @border; border-radius: 4px; padding: 3px 6px; min-height: 20px; selection-background-color: @selection; selection-color: @text; }
        QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateTimeEdit:focus { border-color: @accent; }
        QPlainTextEdit, QTextEdit { background: @surface; color: @text; border: 1px solid @border; border-radius: 4px; selection-background-color: @selection; selection-color: @text; }
        QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent; }
        *[codeField="true"] { border: 1px solid transparent; border-radius: 4px; }
        *[codeField="true"]:focus { border-color: @accent; }
        QSpinBox::up-button, QSpinBox::down-button, QDateTimeEdit::up-button, QDateTimeEdit::down-button { width: 0; height: 0; border: 0; }
        QComboBox::drop-down { border: 0; width: 20px; }
        QComboBox::down-arrow { image: url(@icons/chevron-@variant.svg); width: 10px; height: 10px; }
        QComboBox QAbstractItemView { background: @surface; border: 1px solid @border; selection-background-color: @selection; selection-color: @text; }
        QTreeView, QTableView, QListView { background: @surface; border: 0; selection-background-color: @selection; selection-color: @text; outline: 0; }
        QHeaderView::section { background: @background; color: @muted; border: 0; border-bottom: 1px solid @border; padding: 4px 4px; }
        QAbstractScrollArea::corner { background: transparent; border: none; }
        QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
        QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
        QScrollBar::handle { background: @border; border-radius: 4px; margin: 2px; min-height: 24px; min-width: 24px; }
        QScrollBar::handle:hover { background: @muted; }
        QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
        QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
        QSplitter::handle { background: @border; }
        QSplitter::handle:horizontal { width: 1px; }
        QSplitter::handle:vertical { height: 1px; }
        QStatusBar { background: @background; border-top: 1px solid @border; }
        QStatusBar::item { border: 0; }
        QCheckBox:focus { color: @accent; }
        QCheckBox::indicator, QTreeView::indicator, QListView::indicator { width: 14px; height: 14px; border: 1px solid @muted; border-radius: 3px; background: @surface; }
        QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked { background: @accent; border-color: @accent; image: url(@icons/check-@variant.svg); }
        QCheckBox::indicator:disabled { background: @raised; border-color: @border; }
        QCheckBox::indicator:focus { border-color: @accent; }
        QProgressBar { background: @raised; border: 0; border-radius: 2px; height: 4px; }
        QProgressBar::chunk { background: @accent; border-radius: 2px; }
        *[surface="true"] { background: @surface; }
        *[muted="true"], *[tone="muted"] { color: @muted; }
        *[tone="good"] { color: @good; }
        *[tone="warning"] { color: @warning; }
        *[tone="bad"] { color: @bad; }
        *[notice="true"] { background: @raised; border-bottom: 1px solid @border; }
    )css"_s;
    const std::pair<QLatin1StringView, Token> names[] = {{"@background"_L1, Token::Background}, {"@surface"_L1, Token::Surface}, {"@raised"_L1, Token::Raised},
                                                         {"@border"_L1, Token::Border}, {"@text"_L1, Token::Text}, {"@muted"_L1, Token::Muted}, {"@good"_L1, Token::Good}, {"@warning"_L1, Token::Warning}, {"@bad"_L1, Token::Bad},
                                                         {"@accent"_L1, Token::Accent}, {"@onaccent"_L1, Token::OnAccent}, {"@selection"_L1, Token::Selection}};
    // The longer name first: @accent is the beginning of none, but @text could be.
    for (const auto &[name, token] : names)
        sheet.replace(name, color(token).name());
    sheet.replace("@icons"_L1, sys::resourcePath(u"icons"_s));
    sheet.replace("@variant"_L1, isDark() ? "dark"_L1 : "light"_L1);
    return sheet;
}

} // namespace eph::ui
