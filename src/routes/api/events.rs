//! `/api/events`: reading events.

use api::{Events, parameters};
use conversations::body::Body;
use conversations::feed::{self, Part, Place, Places};
use conversations::find::{Index, RowId};
use conversations::terms::{term_of_menu, terms_of_source, terms_of_types};
use events::{ConversationId, Event, EventType, LegId};
use serde_json::value::RawValue;

use super::context::ApiContext;
use super::filter::{Filter, Page};
use super::list;
use super::replies::{bad_request, unavailable};
use crate::bindings::promise::PlatformError;
use crate::bindings::{calls, clock};
use crate::respond::Reply;

/// The longest a conversation may be under way, in milliseconds: its events of today are found
/// although its row is yesterday's.
const LONGEST_CALL: i64 = 25 * 3_600_000;
/// How long after its end a day's feed may still be written: by whoever read the clock before.
const MIDNIGHT: i64 = 60_000;

/// Newest conversation first, and newest event first within it. Filters: `type` (a `*` at its end
/// stands for anything), `source`, `leg`, `conversation`, `menu`, `since`, `until` (of the
/// arrival); `limit` and `cursor`. With `after` instead of `cursor`: what came after it, oldest
/// first.
pub async fn list(context: &mut ApiContext<'_>) -> Reply {
    let (filter, wanted) = match asked(context.request.query()) {
        Ok(asked) => asked,
        Err(detail) => return bad_request(&detail),
    };
    if filter.has("after") {
        return tail(context, &filter, &wanted).await;
    }
    newest(context, &filter, &wanted).await
}

/// What operators did, newest first. Filters: `since`, `until`; `limit` and `cursor`.
pub async fn audit(context: &mut ApiContext<'_>) -> Reply {
    let asked = Filter::new(context.request.query(), parameters::AUDIT)
        .and_then(|filter| wanted(&filter).map(|wanted| (filter, wanted)));
    match asked {
        Ok((filter, mut wanted)) => {
            wanted.kind = Some(EventType::Operator.to_string());
            newest(context, &filter, &wanted).await
        }
        Err(detail) => bad_request(&detail),
    }
}

async fn newest(context: &mut ApiContext<'_>, filter: &Filter, wanted: &Wanted) -> Reply {
    let page = match page(filter, wanted) {
        Ok(page) => page,
        Err(detail) => return bad_request(&detail),
    };
    match list::read(context.env, &page, |body| wanted.events(body)).await {
        Ok(found) => Reply::of(&Events {
            cursor: found.cursor(),
            events: found.items,
            more: None,
        }),
        Err(error) => unavailable(context, &error),
    }
}

/// What an event must be like.
struct Wanted {
    kind: Option<String>,
    source: Option<String>,
    leg: Option<LegId>,
    conversation: Option<ConversationId>,
    menu: Option<String>,
    /// Milliseconds.
    since: Option<i64>,
    until: Option<i64>,
}

fn asked(query: &str) -> Result<(Filter, Wanted), String> {
    let filter = Filter::new(query, parameters::EVENTS)?;
    let wanted = wanted(&filter)?;
    Ok((filter, wanted))
}

fn wanted(filter: &Filter) -> Result<Wanted, String> {
    Ok(Wanted {
        kind: filter.owned("type"),
        source: filter.owned("source"),
        leg: filter.owned("leg").map(LegId::from),
        conversation: filter.owned("conversation").map(ConversationId::from),
        menu: filter.owned("menu"),
        since: filter.time("since")?,
        until: filter.time("until")?,
    })
}

fn page(filter: &Filter, wanted: &Wanted) -> Result<Page, String> {
    let mut page = filter.page(wanted.index(), LONGEST_CALL)?;
    if page.search.index == Index::Time && wanted.takes_all() {
        page.search.limit = page.limit + 1;
    }
    Ok(page)
}

impl Wanted {
    /// What leads to the fewest candidates.
    fn index(&self) -> Index {
        if let Some(leg) = &self.leg {
            return Index::Leg(leg.clone());
        }
        if let Some(conversation) = &self.conversation {
            return Index::Conversation(conversation.clone());
        }
        let rare = self.kind.as_deref().and_then(terms_of_types);
        let rare = rare.or_else(|| self.source.as_deref().and_then(terms_of_source));
        if let Some(terms) = rare {
            return Index::Terms(terms);
        }
        match &self.menu {
            Some(menu) => Index::Terms(vec![term_of_menu(menu)]),
            None => Index::Time,
        }
    }

    fn takes_all(&self) -> bool {
        self.kind.is_none() && self.source.is_none() && self.since.is_none()
    }

    fn takes(&self, event: &Event) -> bool {
        let equal = |wanted: &Option<String>, found: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == found
        };
        let is_of_kind = self
            .kind
            .as_deref()
            .is_none_or(|kind| match kind.strip_suffix('*') {
                Some(prefix) => event.kind.starts_with(prefix),
                None => event.kind.as_str() == kind,
            });
        let at = || conversations::key::milliseconds(&event.receivedat).unwrap_or_default();
        is_of_kind
            && equal(&self.source, Some(&event.source))
            && (self.leg.is_none() || self.leg.as_ref() == event.leg())
            && (self.conversation.is_none() || self.conversation == event.conversation)
            && equal(&self.menu, event.menu.as_deref())
            && self.since.is_none_or(|since| since <= at())
            && self.until.is_none_or(|until| at() < until)
    }

    fn events(&self, body: &Body) -> Vec<Box<RawValue>> {
        let mut events = self.in_order(body, |_| true);
        events.reverse();
        events
    }

    /// The fitting events of a row that `revisions` takes, by arrival.
    fn in_order(&self, body: &Body, revisions: impl Fn(u32) -> bool) -> Vec<Box<RawValue>> {
        let lines = body.events.iter().filter(|line| revisions(line.revision));
        let mut events: Vec<(Event, &str)> = lines
            .filter_map(|line| {
                let event = Event::from_json_without_raw(&line.text).ok()?;
                self.takes(&event).then_some((event, line.text.as_str()))
            })
            .collect();
        events
            .sort_unstable_by(|(a, _), (b, _)| (&a.receivedat, &a.id).cmp(&(&b.receivedat, &b.id)));
        events
            .into_iter()
            .filter_map(|(_, text)| serde_json::from_str(text).ok())
            .collect()
    }
}

/// `after=now` gives nothing but the place to go on from; `after=<cursor>` what was written since,
/// in the order it was written in, and the next place. A page may be empty and there still be more:
/// `more` says so.
async fn tail(context: &mut ApiContext<'_>, filter: &Filter, wanted: &Wanted) -> Reply {
    if filter.has("cursor") || filter.has("limit") {
        return bad_request("`after` goes with neither `cursor` nor `limit`");
    }
    let places = match filter.get("after") {
        None | Some("now") => None,
        Some(text) => match text.parse::<Places>() {
            Ok(places) => Some(places),
            Err(()) => return bad_request("`after` must be `now`, or a cursor `after` gave out"),
        },
    };
    let outcome = match places {
        None => now(context).await.map(|places| (Vec::new(), places, false)),
        Some(places) => follow(context, wanted, places).await,
    };
    match outcome {
        Ok((events, places, more)) => Reply::of(&Events {
            events,
            cursor: Some(places.to_string()),
            more: Some(more),
        }),
        Err(error) => unavailable(context, &error),
    }
}

fn today() -> String {
    let digits = events::print_timestamp(clock::now());
    digits
        .chars()
        .filter(char::is_ascii_digit)
        .take(8)
        .collect()
}

/// The days of which each database has a feed.
async fn days(context: &ApiContext<'_>) -> Result<Vec<Vec<String>>, PlatformError> {
    let tables = calls::query_each(context.env, feed::tables()).await?;
    let days = tables.iter().map(|tables| {
        let days = tables.iter().filter_map(|table| feed::day_of(table));
        days.map(str::to_owned).collect()
    });
    Ok(days.collect())
}

async fn now(context: &ApiContext<'_>) -> Result<Places, PlatformError> {
    let days = days(context).await?;
    let mut ends = Vec::new();
    for days in &days {
        ends.push(days.last().map(|day| feed::end(day)).into_iter().collect());
    }
    let ends = calls::transact_each(context.env, &ends).await?;
    let mut places = Vec::new();
    for (days, answers) in days.into_iter().zip(ends) {
        let end = answers.iter().flatten().next();
        places.push(Place {
            day: days.into_iter().next_back().unwrap_or_else(today),
            seq: end.and_then(|seq| seq.parse().ok()).unwrap_or(0),
            given: 0,
        });
    }
    Ok(Places(places))
}

/// Each database is followed by itself, all of them at once. They share what a request may read.
async fn follow(
    context: &ApiContext<'_>,
    wanted: &Wanted,
    places: Places,
) -> Result<(Vec<Box<RawValue>>, Places, bool), PlatformError> {
    let env = context.env;
    let days = days(context).await?;
    let databases = days.len();
    let mut places = places.of(databases);
    let mut statements = Vec::new();
    for (days, place) in days.iter().zip(&places.0) {
        statements.push(match days.contains(&place.day) {
            true => vec![feed::read(place)],
            false => Vec::new(),
        });
    }
    let answers = calls::transact_each(env, &statements).await?;
    let mut parts = Vec::new();
    statements.clear();
    for (rows, place) in answers.iter().zip(&places.0) {
        let part = Part::parse(&rows.concat(), databases)?;
        statements.push(match part.is_empty() {
            true => Vec::new(),
            false => vec![part.sizes(place)],
        });
        parts.push(part);
    }
    let sizes = calls::transact_each(env, &statements).await?;
    let is_past_midnight = is_past_midnight();
    let mut more = false;
    let (mut rows, mut revisions) = (Vec::new(), Vec::new());
    for (database, place) in places.0.iter_mut().enumerate() {
        let (Some(part), Some(sizes)) = (parts.get(database), sizes.get(database)) else {
            continue;
        };
        if part.is_empty() {
            let mut later = days.get(database).into_iter().flatten();
            let next = later.find(|day| **day > place.day);
            if let Some(next) = next.filter(|_| is_past_midnight && today() > place.day) {
                more = true;
                *place = Place {
                    day: next.clone(),
                    seq: 0,
                    given: 0,
                };
            }
            continue;
        }
        more = true;
        let count = part.fitting(place, &sizes.concat())?;
        for (n, revision) in part.wanted(place).take(count) {
            rows.push(RowId::new(n, database));
            revisions.push(revision);
        }
        *place = part.after(place, count);
    }
    let bodies = calls::bodies(env, &rows).await?;
    let mut events = Vec::new();
    for (row, revision) in rows.iter().zip(revisions) {
        if let Some(body) = bodies.get(row) {
            events.extend(wanted.in_order(body, |it| it == revision));
        }
    }
    Ok((events, places, more))
}

/// Whether nobody writes yesterday's feed any more.
fn is_past_midnight() -> bool {
    clock::now().as_millisecond().rem_euclid(86_400_000) > MIDNIGHT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: &Index, limit: usize) {
        let (filter, wanted) = asked(query).unwrap();
        let page = page(&filter, &wanted).unwrap();
        assert_eq!(&page.search.index, expected, "{query}");
        assert_eq!(page.search.limit, limit, "{query}");
    }

    #[test]
    fn each_filter_is_found_by_what_finds_least() {
        let term = |term: &str| Index::Terms(vec![term.to_owned()]);
        check("", &Index::Time, 51);
        check("type=vonage.voice.completed", &Index::Time, 1_000);
        check("since=2026-01-01T00:00:00Z", &Index::Time, 1_000);
        check(
            "type=ivr.degraded&menu=m",
            &term("type:ivr.degraded"),
            1_000,
        );
        check("type=ivr.step&menu=m", &term("menu:m"), 1_000);
        check(
            "source=/vonage/rtc&menu=m",
            &Index::Terms(terms_of_types("vonage.rtc*").unwrap()),
            1_000,
        );
        check("leg=L&conversation=C", &Index::Leg("L".into()), 1_000);
        check(
            "conversation=C&type=ivr.step",
            &Index::Conversation("C".into()),
            1_000,
        );
        assert!(asked("since=2026-01-01T00:00:00").is_err());
    }
}
