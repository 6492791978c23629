//! What a check can say. Knows nothing about how it found out.

/// What came out of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The program did what the step asks.
    Passed,
    /// It did not.
    Failed(Failure),
    /// The check could not be made here, and why.
    CouldNotTell(String),
}

/// Why a check failed, for somebody who has never debugged a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What the checker did.
    pub sent: String,
    /// What a right program does then.
    pub expected: String,
    /// What this one did.
    pub came: String,
    /// Where to begin looking.
    pub look: String,
}

/// Why a check ended before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The program is wrong.
    Failed(Failure),
    /// The checker or the machine could not go on.
    CouldNotTell(String),
}

/// What a check returns.
pub type Outcome = Result<(), Trouble>;

impl Trouble {
    /// The program is wrong, and this is the place to look at.
    pub fn failed(
        sent: impl Into<String>,
        expected: impl Into<String>,
        came: impl Into<String>,
        look: impl Into<String>,
    ) -> Self {
        Self::Failed(Failure {
            sent: sent.into(),
            expected: expected.into(),
            came: came.into(),
            look: look.into(),
        })
    }

    /// The same failure, with a better hint for this check.
    #[must_use]
    pub fn look_at(self, look: &str) -> Self {
        match self {
            Self::Failed(failure) => Self::Failed(Failure {
                look: look.to_owned(),
                ..failure
            }),
            other @ Self::CouldNotTell(_) => other,
        }
    }

    /// The same failure, with what was sent said in the words of the check.
    #[must_use]
    pub fn after(self, sent: &str) -> Self {
        match self {
            Self::Failed(failure) => Self::Failed(Failure {
                sent: sent.to_owned(),
                ..failure
            }),
            other @ Self::CouldNotTell(_) => other,
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Failed(failure) => &failure.came,
            Self::CouldNotTell(why) => why,
        })
    }
}

impl From<std::io::Error> for Trouble {
    /// An error of the checker's own reading or writing of this machine.
    fn from(error: std::io::Error) -> Self {
        Self::CouldNotTell(format!("the checker itself failed: {error}"))
    }
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Ok(()) => Self::Passed,
            Err(Trouble::Failed(failure)) => Self::Failed(failure),
            Err(Trouble::CouldNotTell(why)) => Self::CouldNotTell(why),
        }
    }
}
