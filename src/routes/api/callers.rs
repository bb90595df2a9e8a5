//! `/api/callers/{number}`: forgetting a person.
//!
//! Everything of every conversation in which a leg has the number, as caller or called: records and
//! events, the archive's lines, recordings and transcripts, bodies too large for the queue, dead
//! letters, and what waits in the outbox. A request does a part; while `done` is `false`, the next
//! one goes on at `cursor`. Stopped anywhere and begun again, it comes to the same end: the rows
//! that lead to the rest go last.

mod archived;

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use api::{Erased, Removed, parameters};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use conversations::find::{self, Index, RowId, Search};
use conversations::{key, retention};
use events::OperatorAct;
use events::archive::{body_key, dead_key, folder, recording_folder};
use events::erase::says_number;
use events::{ConversationId, Event};
use serde::{Deserialize, Serialize};

use super::audit;
use super::auth::Operator;
use super::context::ApiContext;
use super::filter::Filter;
use super::replies::{bad_request, unavailable};
use crate::bindings::promise::PlatformError;
use crate::bindings::{archive, calls, clock, outbox_do};
use crate::respond::Reply;

/// Rows found by the number that one round forgets.
const ROWS: usize = 20;
/// Objects of the archive read by one request.
const OBJECTS: u32 = 100;
/// Rows of the database searched by one request when everything is.
const SEARCHED: usize = 300;

/// Where the work stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    stage: Stage,
    /// In this database, after those before it.
    #[serde(default, skip_serializing_if = "is_first")]
    database: usize,
    /// Rows up to this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<i64>,
    /// Objects after this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Whether files changed while they were gone through, so that they are gone through again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    again: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_first(database: &usize) -> bool {
    *database == 0
}

/// What is being forgotten. In this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// What waits to be put on the queue.
    #[default]
    Outbox,
    /// Conversations found by the number, and all that belongs to them.
    Conversations,
    /// Dead letters that name the number.
    Dead,
    /// With `everywhere`: conversations that only say the number somewhere.
    Rows,
    /// With `everywhere`: the same in the archive.
    Archive,
    /// With `everywhere`: the same in bodies too large for the queue.
    Bodies,
}

/// Forgets a caller. `everywhere=true` also searches every body and every archived event for the
/// number: for one that was keyed in or came in a header.
pub async fn erase(context: &mut ApiContext<'_>, operator: &Operator, number: &str) -> Reply {
    let number = number.trim_start_matches('+');
    let is_number =
        (3..=15).contains(&number.len()) && number.bytes().all(|it| it.is_ascii_digit());
    if !is_number {
        return bad_request("a caller is named by a number in E.164: 3 to 15 digits");
    }
    let asked = Filter::new(context.request.query(), parameters::ERASURE).and_then(|filter| {
        let everywhere = match filter.get("everywhere") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err("`everywhere` is true or false".to_owned()),
        };
        let place = match filter.get("cursor") {
            None => Place::default(),
            Some(cursor) => read(cursor)
                .filter(|place| place.database < calls::count(context.env))
                .ok_or("`cursor` is none this API gave out")?,
        };
        Ok((everywhere, place))
    });
    let (everywhere, place) = match asked {
        Ok(asked) => asked,
        Err(detail) => return bad_request(&detail),
    };
    if place == Place::default() {
        // The last digits say which number it was to whoever asked; the whole one would be kept.
        let last = number
            .get(number.len().saturating_sub(3)..)
            .unwrap_or_default();
        let masked = ["…", last].concat();
        let act = OperatorAct {
            verb: "erase",
            kind: "callers",
            id: Some(&masked),
            message: everywhere.then_some("with a search of everything"),
            ..OperatorAct::default()
        };
        if let Err(reply) = audit::record(context, operator, act).await {
            return reply;
        }
    }
    let mut eraser = Eraser {
        context,
        number,
        removed: Removed::default(),
    };
    match eraser.step(place, everywhere).await {
        Ok(next) => Reply::of(&Erased {
            done: next.is_none(),
            cursor: next.as_ref().map(print),
            removed: eraser.removed,
        }),
        Err(error) => unavailable(context, &error),
    }
}

impl Place {
    /// Its database alone.
    fn only(&self) -> Range<usize> {
        self.database..self.database + 1
    }

    /// The same stage with the rows up to a number.
    fn below(&self, n: i64) -> Self {
        Self {
            stage: self.stage,
            database: self.database,
            n: Some(n),
            ..Self::default()
        }
    }
}

fn print(place: &Place) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_string(place).unwrap_or_default())
}

fn read(cursor: &str) -> Option<Place> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

struct Eraser<'a, 'e> {
    context: &'a ApiContext<'e>,
    number: &'a str,
    removed: Removed,
}

/// A conversation to forget, and what is known of it.
#[derive(Default)]
struct Doomed {
    rows: Vec<RowId>,
    conversations: HashSet<ConversationId>,
    ids: HashSet<String>,
    folders: BTreeSet<String>,
    recordings: BTreeSet<String>,
    bodies: BTreeSet<String>,
    dead: BTreeSet<String>,
    records: usize,
}

impl Doomed {
    fn add(&mut self, row: RowId, body: &conversations::body::Body) {
        self.rows.push(row);
        self.records += body.records.len();
        for line in &body.events {
            let Ok(event) = Event::from_json_without_raw(&line.text) else {
                continue;
            };
            self.folders.insert(folder(&event.receivedat));
            if event.kind.is_of_recording() {
                self.recordings.insert(recording_folder(&event));
            }
            self.dead.insert(dead_key(&event));
            if event.dataref.is_some() {
                self.bodies.insert(body_key(&event));
            }
            self.conversations.extend(event.conversation.clone());
            self.ids.insert(event.id);
        }
    }

    fn holds(&self, event: &Event) -> bool {
        self.ids.contains(&event.id)
            || event
                .conversation
                .as_ref()
                .is_some_and(|it| self.conversations.contains(it))
    }
}

impl Eraser<'_, '_> {
    async fn step(
        &mut self,
        place: Place,
        everywhere: bool,
    ) -> Result<Option<Place>, PlatformError> {
        let at = |stage| {
            Some(Place {
                stage,
                ..Place::default()
            })
        };
        let same =
            |next: Option<Place>, after: Option<Place>| if next.is_some() { next } else { after };
        let database = place.database + 1;
        let other = (database < calls::count(self.context.env)).then(|| Place {
            stage: place.stage,
            database,
            ..Place::default()
        });
        match place.stage {
            Stage::Outbox => {
                self.removed.waiting = outbox_do::erase(self.context.env, self.number).await?;
                Ok(at(Stage::Conversations))
            }
            Stage::Conversations => {
                let next = self.conversations(place).await?;
                Ok(same(next, same(other, at(Stage::Dead))))
            }
            Stage::Dead => {
                let next = self.objects(place, "dead/").await?;
                Ok(same(next, at(Stage::Rows).filter(|_| everywhere)))
            }
            Stage::Rows => {
                let next = self.rows(place).await?;
                Ok(same(next, same(other, at(Stage::Archive))))
            }
            Stage::Archive => {
                let next = self.whole_archive(&place).await?;
                Ok(same(next, at(Stage::Bodies)))
            }
            Stage::Bodies => self.objects(place, "bodies/").await,
        }
    }

    /// One round: some rows, their objects, then the rows themselves.
    async fn conversations(&mut self, place: Place) -> Result<Option<Place>, PlatformError> {
        let env = self.context.env;
        let now = key::first_number(clock::now().as_millisecond()) + (1 << 20);
        let to = place.n.unwrap_or(now);
        let mut found = BTreeSet::new();
        for index in [
            Index::Caller(self.number.to_owned()),
            Index::Called(self.number.to_owned()),
        ] {
            let search = Search {
                index,
                from: 0,
                to: RowId::from(to),
                last: 0,
                limit: ROWS,
            };
            let mut candidates = calls::search(env, place.only(), &search).await?;
            found.extend(candidates.next_bodies(ROWS).iter().map(|row| row.n()));
        }
        let numbers: Vec<i64> = found.into_iter().rev().take(ROWS).collect();
        let Some(oldest) = numbers.last() else {
            return Ok(None);
        };
        let doomed = self.doomed(place.database, &numbers).await?;
        if let Some(there) = self.archived(&doomed, &place).await? {
            return Ok(Some(Place {
                n: Some(to),
                ..there
            }));
        }
        self.remove(&place, &doomed).await?;
        // Every row above the oldest of these is gone.
        Ok(Some(place.below(oldest - 1)))
    }

    /// These rows of a database, and all others of the legs in them that have the number.
    async fn doomed(&self, database: usize, numbers: &[i64]) -> Result<Doomed, PlatformError> {
        let env = self.context.env;
        let legs = find::legs_with(numbers, self.number);
        let legs = calls::query(env, database, &legs).await?;
        // Asked for by leg: what another database has of it may not say the number.
        let others = calls::query_each(env, find::rows_of(&legs)).await?;
        let mut all: Vec<RowId> = Vec::new();
        let mut add = |row: RowId| {
            if !all.contains(&row) {
                all.push(row);
            }
        };
        for n in numbers {
            add(RowId::new(*n, database));
        }
        for (database, numbers) in others.iter().enumerate() {
            for n in numbers.iter().filter_map(|n| n.parse().ok()) {
                add(RowId::new(n, database));
            }
        }
        let mut doomed = Doomed::default();
        // A row may be large, so they are read a few at a time.
        for some in all.chunks(4) {
            for (row, body) in calls::bodies(env, some).await? {
                doomed.add(row, &body);
            }
        }
        Ok(doomed)
    }

    async fn remove(&mut self, place: &Place, doomed: &Doomed) -> Result<(), PlatformError> {
        let env = self.context.env;
        for folder in &doomed.recordings {
            let keys = archive::list_all(env, folder).await?;
            self.removed.recordings += keys.len();
            archive::delete_all(env, &keys).await?;
        }
        let bodies: Vec<String> = doomed.bodies.iter().cloned().collect();
        self.removed.bodies += bodies.len();
        archive::delete_all(env, &bodies).await?;
        let folders = doomed.dead.iter().filter_map(|key| key.rsplit_once('/'));
        let mut folders: Vec<&str> = folders.map(|it| it.0).collect();
        folders.sort_unstable();
        folders.dedup();
        let mut dead = Vec::new();
        for folder in folders {
            let keys = archive::list_all(env, &[folder, "/"].concat()).await?;
            dead.extend(keys.into_iter().filter(|key| doomed.dead.contains(key)));
        }
        self.removed.dead += dead.len();
        archive::delete_all(env, &dead).await?;
        // The rows that lead to those of other databases go last.
        let (own, others): (Vec<RowId>, Vec<RowId>) =
            (doomed.rows.iter()).partition(|row| row.database() == place.database);
        for rows in [others, own] {
            let statements: Vec<_> = find::by_database(&rows)
                .iter()
                .map(|numbers| match numbers.is_empty() {
                    true => Vec::new(),
                    false => retention::remove(numbers),
                })
                .collect();
            for answers in calls::transact_each(env, &statements).await? {
                self.removed.conversations += answers.last().map_or(0, Vec::len);
            }
        }
        self.removed.events += doomed.ids.len();
        self.removed.records += doomed.records;
        Ok(())
    }

    /// Removes objects that say the number.
    async fn objects(
        &mut self,
        place: Place,
        prefix: &str,
    ) -> Result<Option<Place>, PlatformError> {
        let env = self.context.env;
        let page = archive::list(env, prefix, place.key.as_deref(), OBJECTS).await?;
        for key in &page.keys {
            let text = archive::get(env, key).await?;
            if text.is_some_and(|text| says_number(&text, self.number)) {
                archive::delete(env, key).await?;
                match place.stage {
                    Stage::Bodies => self.removed.bodies += 1,
                    _ => self.removed.dead += 1,
                }
            }
        }
        Ok(page.next().map(|key| Place {
            key: Some(key),
            ..place
        }))
    }

    /// Looks into every conversation, newest first.
    async fn rows(&mut self, place: Place) -> Result<Option<Place>, PlatformError> {
        let env = self.context.env;
        let to = place.n.unwrap_or(1 << 53);
        let search = Search {
            index: Index::Time,
            from: 0,
            to: RowId::from(to),
            last: 0,
            limit: SEARCHED,
        };
        let mut candidates = calls::search(env, place.only(), &search).await?;
        let mut doomed = Doomed::default();
        let rows = candidates.next_bodies(SEARCHED);
        for (row, body) in calls::bodies(env, &rows).await? {
            let mut records = body.records.iter().map(|record| record.get());
            let mut lines = body.events.iter().map(|line| line.text.as_str());
            if lines.any(|text| says_number(text, self.number))
                || records.any(|text| says_number(text, self.number))
            {
                doomed.add(row, &body);
            }
        }
        if !doomed.rows.is_empty() {
            // Their lines in the archive go with those of the next stage, or by conversation now.
            if let Some(there) = self.archived(&doomed, &place).await? {
                return Ok(Some(Place {
                    n: Some(to),
                    ..there
                }));
            }
            self.remove(&place, &doomed).await?;
        }
        Ok(candidates.rest().map(|cursor| place.below(cursor.row.n())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_printed() {
        for place in [
            Place::default(),
            Place {
                stage: Stage::Rows,
                database: 2,
                n: Some(1 << 52),
                key: Some("events/dt=2026-11-26/hh=10/~".into()),
                again: true,
            },
        ] {
            assert_eq!(read(&print(&place)), Some(place));
        }
        assert_eq!(read("!"), None);
        assert_eq!(read(&URL_SAFE_NO_PAD.encode("{}")), None);
    }
}
