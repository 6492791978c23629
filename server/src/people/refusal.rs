//! Why the room does not do what somebody asked for, in words.

use std::fmt;

use chat_common::names::{Name, NameError};

/// Why the room does not do what somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot be a name.
    NotAName(NameError),
    /// Somebody else has this name.
    Taken(Name),
    /// Somebody's name can be read as this one.
    LooksLike {
        /// The name asked for.
        asked: Name,
        /// The name of somebody who is here.
        present: Name,
    },
    /// It is the asker's own name already.
    Yours(Name),
    /// Nobody of this name is here.
    Nobody(String),
    /// A private word to oneself.
    Oneself(Name),
    /// Nobody has written to the asker alone.
    NothingToAnswer,
    /// What was said before cannot be shown, for this reason.
    NotShown(String),
}

/// Whether somebody may be called so beside these.
///
/// # Errors
/// Why not.
pub fn check<'n>(
    name: &Name,
    others: impl Iterator<Item = &'n Name>,
) -> Result<(), Refusal> {
    for other in others {
        if other.is_same_as(name) {
            return Err(Refusal::Taken(name.clone()));
        } else if other.looks_like(name) {
            return Err(Refusal::LooksLike {
                asked: name.clone(),
                present: other.clone(),
            });
        }
    }
    Ok(())
}

impl Refusal {
    /// Why, without anything that somebody has typed: for the log.
    pub fn in_short(&self) -> &'static str {
        match self {
            Self::NotAName(_) => "it is no name",
            Self::Taken(_) => "the name is taken",
            Self::LooksLike { .. } => "the name looks like another",
            Self::Yours(_) => "it is their name already",
            Self::Nobody(_) => "nobody of that name is here",
            Self::Oneself(_) => "it is to themselves",
            Self::NothingToAnswer => "there is nothing to answer",
            Self::NotShown(_) => "it cannot be shown",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAName(error) => error.fmt(f),
            Self::Taken(name) => write!(
                f,
                "\"{name}\" is taken; a name belongs to one person at a time"
            ),
            Self::LooksLike { asked, present } => write!(
                f,
                "\"{asked}\" looks like \"{present}\", who is here; take a \
                 name that cannot be mistaken"
            ),
            Self::Yours(name) => write!(f, "\"{name}\" is your name already"),
            Self::Nobody(name) => write!(
                f,
                "nobody called \"{name}\" is here; /users lists who is"
            ),
            Self::Oneself(name) => {
                write!(f, "\"{name}\" is you; name somebody else")
            }
            Self::NothingToAnswer => f.write_str(
                "nobody has written to you alone; /msg NAME TEXT begins",
            ),
            Self::NotShown(why) => f.write_str(why),
        }
    }
}
