"""The style sheet: one text, from the colours and the text size."""

from pathlib import Path

from agentdesk.colours import STATES, Colours

ICONS = Path(__file__).parent.parent / "icons"

BODY, SMALL, LARGE, SAY, TITLE = 13, 12, 15, 18, 19
"""Text sizes in pixels at 100 %."""
TARGET = 26
"""Least height of what is clicked, in pixels (WCAG 2.2 wants 24)."""


def style_sheet(c: Colours, scale: float) -> str:
    """Everything that Fusion does not know by itself."""

    def px(pixels: float) -> str:
        return f"{round(pixels * scale)}px"

    states = "\n".join(
        f"""*[state="{name.replace("_", "-")}"] {{ background: {getattr(c, name)}; color: {c.on_state};
            border-color: {getattr(c, name)}; }}
        QLabel[stateText="{name.replace("_", "-")}"] {{ color: {getattr(c, name)}; font-weight: 600; }}"""
        for name in STATES
    )
    return f"""
    * {{ font-size: {px(BODY)}; }}
    QToolTip {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.outline}; padding: 4px; }}
    QFrame#panel, QFrame#callBar {{ background: {c.panel}; border: 1px solid {c.line}; border-radius: 6px; }}
    QLabel[part="heading"] {{ color: {c.quiet}; font-weight: 600; }}
    QLabel[part="title"] {{ font-size: {px(TITLE)}; font-weight: 700; }}
    QLabel[part="who"] {{ font-size: {px(TITLE)}; font-weight: 700; }}
    QLabel[part="large"] {{ font-size: {px(LARGE)}; }}
    QLabel[part="quiet"] {{ color: {c.quiet}; }}
    QLabel[part="number"] {{ font-size: {px(30)}; font-weight: 700; }}
    QLabel:disabled {{ color: {c.disabled}; }}

    QPushButton, QToolButton, QListWidget, QTableWidget {{ icon-size: {px(16)}; }}
    QPushButton, QToolButton, QComboBox {{ background: {c.button}; color: {c.text}; border: 1px solid {c.outline};
        border-radius: 5px; padding: 3px 10px; min-height: {px(TARGET)}; }}
    QPushButton:hover, QToolButton:hover, QComboBox:hover {{ background: {c.button_hover}; }}
    QPushButton:disabled, QToolButton:disabled, QComboBox:disabled {{ color: {c.disabled}; border-color: {c.line}; }}
    QPushButton:focus, QToolButton:focus, QComboBox:focus {{ border: 2px solid {c.focus}; padding: 2px 9px; }}
    QPushButton[on="true"] {{ background: {c.wrap_up}; color: {c.on_state}; border-color: {c.wrap_up}; }}
    QToolButton#state {{ font-size: {px(LARGE)}; font-weight: 700; padding: 4px 14px; min-height: {px(30)};
        text-align: left; }}
    QToolButton#state:focus {{ border: 2px solid {c.text}; }}
    QToolButton::menu-indicator {{ image: none; }}
    {states}
    QPushButton[state]:hover {{ border: 2px solid {c.text}; padding: 2px 9px; }}
    QPushButton[state]:disabled {{ background: {c.button}; color: {c.disabled}; border-color: {c.line}; }}
    QPushButton[state]:focus {{ border: 2px solid {c.text}; }}
    QPushButton[row="true"] {{ text-align: left; }}

    QLabel[part="caption"] {{ color: {c.quiet}; font-size: {px(SMALL)}; font-weight: 700; letter-spacing: 1px; }}
    QLabel[part="say"] {{ font-size: {px(SAY)}; }}
    QLabel[part="confirm"] {{ font-size: {px(SAY + 6)}; font-weight: 700; }}
    QLabel[part="question"] {{ font-weight: 600; }}
    QLabel[part="answer"] {{ font-size: {px(LARGE)}; }}
    QLabel[part="digit"] {{ color: {c.talking}; font-size: {px(LARGE)}; font-weight: 700; }}
    QFrame#hints {{ background: {c.note}; border: none; border-left: 3px solid {c.talking}; border-radius: 3px; }}
    QFrame#hints QLabel {{ color: {c.text}; }}
    QPushButton[script="answer"], QPushButton[script="way"] {{ padding: 0; }}
    QPushButton[script="way"] {{ border-style: dashed; }}
    QPushButton[suggested="true"] {{ border: 2px solid {c.talking}; }}
    QPushButton[asked="true"] {{ border: 2px solid {c.alarm}; }}
    QPushButton[script="answer"]:focus, QPushButton[script="way"]:focus {{ border: 2px solid {c.focus}; padding: 0; }}
    QPushButton[script="segment"]:checked {{ background: {c.selection}; color: {c.on_selection};
        border: 2px solid {c.talking}; }}
    QScrollArea#script, QScrollArea#script > QWidget, QScrollArea#board, QScrollArea#board > QWidget,
    QScrollArea#scrolled, QScrollArea#scrolled > QWidget, QScrollArea#scrolled QLabel,
    QWidget#scriptContent, QWidget#boardRows {{ background: transparent; }}
    QFrame#drop {{ border: 1px dashed {c.outline}; border-radius: 5px; }}
    QFrame#drop[over="true"] {{ border: 2px solid {c.focus}; background: {c.selection}; }}
    QPushButton[script="foot"], QToolButton[script="foot"] {{ padding: 1px 8px; }}
    QComboBox[script="foot"] {{ padding: 1px 26px 1px 8px; }}
    QLabel[part="hint"] {{ color: {c.quiet}; }}
    QCheckBox {{ min-height: {px(TARGET)}; spacing: 8px; }}
    QCheckBox::indicator {{ width: {px(16)}; height: {px(16)}; border: 1px solid {c.outline}; border-radius: 3px;
        background: {c.field}; }}
    QCheckBox::indicator:checked {{ background: {c.talking}; border-color: {c.talking};
        image: url("{ICONS.as_posix()}/{c.chevron.replace("chevron", "tick")}.svg"); }}
    QCheckBox:focus {{ border: 2px solid {c.focus}; border-radius: 3px; }}

    QLineEdit, QPlainTextEdit, QTextBrowser {{ background: {c.field}; color: {c.text}; border: 1px solid {c.outline};
        border-radius: 4px; padding: 3px 6px; selection-background-color: {c.selection};
        selection-color: {c.on_selection}; }}
    QLineEdit, QPlainTextEdit {{ placeholder-text-color: {c.quiet}; }}
    QComboBox {{ padding-right: 26px; }}
    QComboBox::drop-down {{ border: none; width: 24px; }}
    QComboBox::down-arrow {{ image: url("{ICONS.as_posix()}/{c.chevron}.svg"); width: {px(11)}; height: {px(11)}; }}
    QLineEdit {{ min-height: {px(TARGET - 4)}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextBrowser:focus {{ border: 2px solid {c.focus}; padding: 2px 5px; }}
    QLineEdit:disabled, QPlainTextEdit:disabled {{ color: {c.disabled}; border-color: {c.line};
        background: {c.window}; }}
    QPlainTextEdit#notes {{ font-size: {px(LARGE)}; }}

    QListWidget, QTableWidget {{ background: {c.field}; color: {c.text}; border: 1px solid {c.line};
        border-radius: 4px; gridline-color: {c.line}; outline: none; }}
    QListWidget:focus, QTableWidget:focus {{ border: 2px solid {c.focus}; }}
    QListWidget:disabled {{ color: {c.disabled}; }}
    QListWidget::item {{ min-height: {px(TARGET)}; padding: 0 6px; }}
    QTableWidget::item {{ padding: 2px 6px; }}
    QListWidget::item:selected, QTableWidget::item:selected {{ background: {c.selection}; color: {c.on_selection}; }}
    QHeaderView::section {{ background: {c.panel}; color: {c.quiet}; border: none; border-bottom: 1px solid {c.line};
        padding: 3px 6px; font-weight: 600; }}

    QTabWidget::pane {{ border: 1px solid {c.line}; border-radius: 4px; background: {c.panel}; top: -1px; }}
    QTabBar::tab {{ background: {c.window}; color: {c.quiet}; border: 1px solid {c.line}; padding: 3px 12px;
        min-height: {px(TARGET - 4)}; border-top-left-radius: 5px; border-top-right-radius: 5px; }}
    QTabBar::tab:selected {{ background: {c.panel}; color: {c.text}; font-weight: 600;
        border-bottom-color: {c.panel}; }}
    QTabBar:focus {{ outline: none; }}
    QTabBar::tab:focus {{ border: 2px solid {c.focus}; }}

    QFrame[banner="alarm"] {{ background: {c.alarm}; border-radius: 6px; }}
    QFrame[banner="alarm"] QLabel {{ color: {c.on_state}; }}
    QFrame[banner="warning"] {{ background: {c.warning}; border: 1px solid {c.wrap_up}; border-radius: 6px; }}
    QFrame[banner="note"] {{ background: {c.note}; border: 1px solid {c.talking}; border-radius: 6px; }}
    QFrame[banner] QLabel[part="what"] {{ font-weight: 700; font-size: {px(LARGE)}; }}
    QFrame[banner="warning"] QLabel, QFrame[banner="note"] QLabel {{ color: {c.text}; }}

    QProgressBar {{ background: {c.field}; border: 1px solid {c.outline}; border-radius: 4px; min-height: 8px;
        max-height: 8px; }}
    QProgressBar::chunk {{ background: {c.wrap_up}; border-radius: 3px; }}
    QProgressBar[ending="true"]::chunk {{ background: {c.alarm}; }}
    QProgressBar[meter="true"]::chunk {{ background: {c.ready}; }}
    QSplitter::handle {{ background: transparent; }}
    QMenu {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.outline}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 10px; min-height: {px(TARGET - 8)}; }}
    QMenu::item:selected {{ background: {c.selection}; color: {c.on_selection}; }}
    QComboBox QAbstractItemView {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.outline};
        selection-background-color: {c.selection}; selection-color: {c.on_selection}; }}
    QSlider {{ min-height: {px(TARGET)}; }}
    """
