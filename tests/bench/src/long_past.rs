//! A file with very many entries, as a room that was talked in for years would
//! have it. Must not look at what is made of it.

use std::path::Path;

use chat_server::store::claim::{Claim, make};
use chat_server::store::database::{Database, Durability};
use chat_server::store::rows::Row;
use fastrand::Rng;

/// A word that stands in so many entries, wherever they are.
pub const RARE: &str = "zyzzyva";
/// One of two Chinese signs.
pub const RARE_PAIR: &str = "龘靐";
/// In how many entries each of them stands.
pub const RARE_ENTRIES: u64 = 25;
/// A word that stands in about every second entry.
pub const COMMON: &str = "the";
/// Two that stand in one of a hundred each, and never in the same.
pub const APART: [&str; 2] = ["even", "odd"];

/// Entries a second, on the average of years.
const SECONDS_APART: i64 = 10;
/// How many are written in one transaction.
const WRITTEN_AT_ONCE: u64 = 10_000;
const SYLLABLES: [&str; 24] = [
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe",
    "ri", "so", "tu", "va", "we", "xi", "yo", "zu", "ran", "tel", "mik", "sor",
];
const SIGNS: &str = "今天气很好我们去公园走路吧你想不吃午饭工作完了明学校朋友";

/// Makes the file, whose last entry was written at this second.
///
/// # Errors
/// A sentence that says why not.
pub fn write(file: &Path, entries: u64, last_at: i64) -> Result<(), String> {
    let claim = Claim::on(file).map_err(|why| format!("{why:?}"))?;
    make(file).map_err(|error| error.to_string())?;
    let mut database = Database::open(file, &claim, Durability::Off)?;
    let mut rng = Rng::with_seed(7);
    let mut number = 0;
    while number < entries {
        let end = (number + WRITTEN_AT_ONCE).min(entries);
        let rows: Vec<Row> = (number + 1..=end)
            .map(|number| {
                let ago = entries.cast_signed() - number.cast_signed();
                Row {
                    number,
                    at: last_at - ago * SECONDS_APART,
                    author: format!("ada{}", rng.u8(..50)),
                    what: "said".to_owned(),
                    text: Some(text(&mut rng, number, entries)),
                }
            })
            .collect();
        database.append(&rows)?;
        while database.index_some()? {}
        database.checkpoint()?;
        number = end;
    }
    Ok(())
}

/// What somebody says.
fn text(rng: &mut Rng, number: u64, entries: u64) -> String {
    let mut words: Vec<String> = match number % 10 {
        0 => vec![(0..rng.usize(4..16)).filter_map(|_| sign(rng)).collect()],
        _ => (0..rng.usize(1..14)).map(|_| word(rng)).collect(),
    };
    if rng.bool() {
        words.insert(0, COMMON.to_owned());
    }
    match number % 200 {
        0 => words.push(APART[0].to_owned()),
        1 => words.push(APART[1].to_owned()),
        _ => (),
    }
    if number.is_multiple_of((entries / RARE_ENTRIES).max(1)) {
        words.extend([RARE.to_owned(), RARE_PAIR.to_owned()]);
    }
    words.join(" ")
}

fn sign(rng: &mut Rng) -> Option<char> {
    SIGNS.chars().nth(rng.usize(..SIGNS.chars().count()))
}

/// Some words are used much more often than others.
fn word(rng: &mut Rng) -> String {
    let rare = rng.f64().powi(3);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let mut nth = (rare * 50_000.0) as usize;
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[nth % SYLLABLES.len()]);
        nth /= SYLLABLES.len();
        if nth == 0 {
            return word;
        }
    }
}
