//! What has happened in the room and is remembered: said, acted, renamed.
//! Must not know who is told of it, or how.

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::names::Name;

use crate::platform::clock::Moment;
use crate::platform::sync::Arc;

/// Something that happens. Made once, under the room's lock; whatever is
/// written of it, a line, the history, the transcript, is written from this.
#[derive(Clone, Debug)]
pub struct Entry {
    /// 1, 2, 3 and so on since the room began: whoever misses one can see it.
    pub number: u64,
    /// When.
    pub at: Moment,
    /// Whose doing it was, as they were called before it.
    pub author: Arc<Name>,
    /// What it was.
    pub what: What,
}

/// What has happened.
#[derive(Clone, Debug)]
pub enum What {
    /// The author said this to everyone.
    Said(Line),
    /// The author did this: `/me waves`.
    Acted(Line),
    /// The author took this name.
    Renamed(Arc<Name>),
}

impl Entry {
    /// As everyone is told.
    pub fn event(&self) -> Event<'_> {
        let name = self.author.as_str();
        match &self.what {
            What::Said(text) => Event::Said {
                name,
                text: text.as_str(),
            },
            What::Acted(text) => Event::Acted {
                name,
                text: text.as_str(),
            },
            What::Renamed(to) => Event::Renamed {
                from: name,
                to: to.as_str(),
            },
        }
    }
}
