//! [`Piece`]: one of the desktop's own things, described. Equal pieces look the same.

/// Something the desktop shows, without its size, place and scale.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Border and shadow around a window.
    Ring(Ring),
    /// Above a window.
    TitleBar(TitleBar),
    /// At the lower edge of the screen.
    TaskBar(TaskBar),
    /// A list of things to do.
    Menu(Menu),
    /// A list of windows to turn to.
    Switcher(Switcher),
    /// Where a window would go.
    Preview,
}

/// What a frame is like, by where its window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameShape {
    /// Anywhere: with a border, round corners and a shadow.
    Floating,
    /// In a half of the screen: with a border.
    Tiled,
    /// All over the screen: a title bar alone.
    Maximized,
}

/// A part of the border and shadow around a window. All windows share those of one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ring {
    /// Which part.
    pub part: RingPart,
    /// The window has the keyboard.
    pub active: bool,
    /// There is a shadow outside the border.
    pub shadow: bool,
}

/// Eight parts go around: the corners have fixed sizes, the sides are cut to theirs.
#[allow(missing_docs, reason = "they are what their names say")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RingPart {
    TopLeft,
    Top,
    TopRight,
    Left,
    Right,
    BottomLeft,
    Bottom,
    BottomRight,
}

/// A button of a title bar.
#[allow(missing_docs, reason = "they are what their names say")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameButton {
    Close,
    Maximize,
    Minimize,
}

/// What a title bar says besides the title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TitleMark {
    /// Nothing.
    #[default]
    None,
    /// The window wants attention.
    Urgent,
    /// The program does not answer.
    NotResponding,
}

/// A title bar.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TitleBar {
    /// What it says.
    pub title: String,
    /// The frame it belongs to.
    pub shape: FrameShape,
    /// The window has the keyboard.
    pub active: bool,
    /// What else is to be said.
    pub mark: TitleMark,
    /// The buttons, from the right, as far as there is room.
    pub buttons: &'static [FrameButton],
    /// The button under the pointer, and whether it is held down.
    pub hover: Option<(FrameButton, bool)>,
}

impl TitleBar {
    /// Whether it looks like `other`, which says `title` in place of its own.
    pub(crate) fn is_as(&self, other: &Self, title: &str) -> bool {
        let Self {
            title: says,
            shape,
            active,
            mark,
            buttons,
            hover,
        } = self;
        says == title
            && (*shape, *active, *mark) == (other.shape, other.active, other.mark)
            && (*buttons, *hover) == (other.buttons, other.hover)
    }
}

/// The task bar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TaskBar {
    /// Whether the menu can be opened from here.
    pub menu: bool,
    /// The menu's button is under the pointer, or its menu is open.
    pub menu_lit: bool,
    /// The windows.
    pub items: Vec<TaskItem>,
    /// The window under the pointer.
    pub hover: Option<usize>,
    /// The time, in words; empty: not shown.
    pub clock: String,
}

/// A window on the task bar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TaskItem {
    /// Its title.
    pub title: String,
    /// It has the keyboard.
    pub active: bool,
    /// It wants attention.
    pub urgent: bool,
    /// It is not shown.
    pub minimized: bool,
}

/// A menu.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Menu {
    /// What can be chosen, from the top; an empty one is a line between others.
    pub rows: Vec<String>,
    /// The one under the pointer, or reached by key.
    pub chosen: Option<usize>,
}

/// The switcher.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Switcher {
    /// The windows, the one last used first.
    pub rows: Vec<TaskItem>,
    /// The one that will get the keyboard.
    pub chosen: usize,
}
