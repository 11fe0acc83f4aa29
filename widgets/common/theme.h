// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>

class QApplication;
class QWidget;

namespace eph::ui {

/// What a colour is for. Widgets never name colours themselves.
enum class Token { Background, Surface, Raised, Border, Text, Muted, Accent, OnAccent, Good, Warning, Bad, Cold, Warm, Selection, Count };

enum class Scheme { Light, Dark, HighContrast };

/// The one table of colours, the fonts and the icons made from them.
class Theme : public QObject
{
    Q_OBJECT
public:
    explicit Theme(QObject *parent = nullptr);

    /// Puts palette and style sheet in force and tells everybody.
    void apply(Scheme scheme);
    /// The colours without the style sheet, for a window that is about to be made: Qt looks through a sheet again for every
    /// widget that is put into another one. dress() is to follow, before the window is shown.
    void prepare(Scheme scheme);
    void dress();
    [[nodiscard]] Scheme scheme() const { return m_scheme; }
    [[nodiscard]] bool isDark() const { return m_scheme != Scheme::Light; }
    [[nodiscard]] QColor color(Token token) const;
    /// One of many colours for things that have to be told apart, such as invocations; seen on every surface.
    [[nodiscard]] QColor tint(size_t number) const;
    /// A symbol of our own set, drawn in the colour of a token.
    [[nodiscard]] QIcon icon(const QString &name, Token token = Token::Text) const;

    /// The system's fixed font, in the size that was chosen.
    [[nodiscard]] static QFont codeFont();
    void setCodePoints(int points);
    [[nodiscard]] static QFont smallFont();
    [[nodiscard]] static QFont largeFont();
    /// What the desktop asks for.
    [[nodiscard]] static Scheme systemScheme();

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] QString styleSheet() const;

    Scheme m_scheme = Scheme::Light;
};

/// Gives a label the colour of a token (Good, Warning, Bad or Muted; Text takes it away), in every theme.
void setTone(QWidget *widget, Token tone);

/// The application's theme; made in main, found by every widget.
[[nodiscard]] Theme &theme();

} // namespace eph::ui
