//! The model of a screen: what a person would see of what a program wrote.

use std::fmt::Write as _;
use std::num::NonZeroU16;

/// What a screen does besides showing text.
#[derive(Debug, Default)]
pub struct Effects {
    /// How often the bell rang.
    pub bells: usize,
    /// How often somebody tried to change the window's title.
    pub titles: usize,
}

impl vt100::Callbacks for Effects {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.bells += 1;
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.titles += 1;
    }

    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.titles += 1;
    }
}

/// What a person would see.
pub struct Screen {
    /// The rows, without the spaces behind their text.
    pub rows: Vec<String>,
    /// The row and the column of the cursor.
    pub cursor: (usize, usize),
}

impl Screen {
    /// What this model shows just now.
    pub fn of(parser: &mut vt100::Parser<Effects>) -> Self {
        let screen = parser.screen();
        let columns = screen.size().1.get();
        let trimmed = |row: String| row.trim_end().to_owned();
        let (row, column) = screen.cursor_position();
        Self {
            rows: screen.rows(0, columns).map(trimmed).collect(),
            cursor: (usize::from(row), usize::from(column)),
        }
    }

    /// The row with the cursor.
    pub fn row(&self) -> &str {
        &self.rows[self.cursor.0]
    }

    /// Whether any row holds this.
    pub fn has(&self, part: &str) -> bool {
        self.rows.iter().any(|row| row.contains(part))
    }

    /// How many rows hold this.
    pub fn count(&self, part: &str) -> usize {
        self.rows.iter().filter(|row| row.contains(part)).count()
    }
}

/// A picture of the screen, for whoever reads a failure.
pub fn picture(parser: &mut vt100::Parser<Effects>) -> String {
    let screen = Screen::of(parser);
    let mut picture = String::new();
    for (nth, row) in screen.rows.iter().enumerate() {
        writeln!(picture, "{nth:2} |{row}").expect("memory");
    }
    let (row, column) = screen.cursor;
    write!(picture, "cursor: row {row}, column {column}").expect("memory");
    picture
}

/// A number of rows or columns.
pub fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a size")
}
