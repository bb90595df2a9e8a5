//! `/api/calls`: call records.

use std::borrow::Cow;
use std::collections::HashSet;

use api::{Call, Calls, FinishedCall, FinishedCalls, parameters};
use conversations::body::Body;
use conversations::find::Index;
use conversations::terms::{term_of_menu, terms_of_outcome, terms_of_status};
use events::{CallRecord, ConversationId, Event, LegId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::context::ApiContext;
use super::filter::{Filter, Page};
use super::list;
use super::replies::{bad_request, unavailable};
use crate::respond::Reply;

/// Newest first, by the first arrival of an event of their conversation. Filters: `from`, `to`,
/// `conversation`, `direction`, `menu`, `status`, `outcome`, `since`, `until` (of that arrival);
/// `limit` and `cursor`.
pub async fn list(context: &mut ApiContext<'_>) -> Reply {
    let (page, mut wanted) = match asked(context.request.query()) {
        Ok(asked) => asked,
        Err(detail) => return bad_request(&detail),
    };
    if let Some(conversation) = &wanted.conversation {
        match list::legs(context.env, conversation).await {
            Ok(legs) => wanted.legs = Some(legs),
            Err(error) => return unavailable(context, &error),
        }
    }
    match list::read(context.env, &page, |body| wanted.records(body)).await {
        Ok(found) => Reply::of(&Calls {
            cursor: found.cursor(),
            calls: found.items,
        }),
        Err(error) => unavailable(context, &error),
    }
}

/// What a record must be like.
#[derive(Default)]
struct Wanted {
    from: Option<String>,
    to: Option<String>,
    direction: Option<String>,
    menu: Option<String>,
    status: Option<String>,
    outcome: Option<String>,
    conversation: Option<ConversationId>,
    legs: Option<HashSet<LegId>>,
}

/// The members of a record that filters ask for.
#[derive(Deserialize)]
struct Members<'a> {
    leg: LegId,
    #[serde(borrow, default)]
    from: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    to: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    direction: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    menu: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    outcome: Option<Cow<'a, str>>,
}

fn asked(query: &str) -> Result<(Page, Wanted), String> {
    let filter = Filter::new(query, parameters::CALLS)?;
    let wanted = Wanted {
        from: filter.owned("from"),
        to: filter.owned("to"),
        direction: filter.owned("direction"),
        menu: filter.owned("menu"),
        status: filter.owned("status"),
        outcome: filter.owned("outcome"),
        conversation: filter.owned("conversation").map(ConversationId::from),
        legs: None,
    };
    let index = wanted.index();
    let is_whole = index == Index::Time && wanted.direction.is_none() && !wanted.has_condition();
    let mut page = filter.page(index, 0)?;
    if is_whole {
        page.search.limit = page.limit + 1;
    }
    Ok((page, wanted))
}

impl Wanted {
    /// What leads to the fewest candidates.
    fn index(&self) -> Index {
        if let Some(conversation) = &self.conversation {
            return Index::Met(conversation.clone());
        }
        if let Some(from) = &self.from {
            return Index::Caller(from.clone());
        }
        let rare = self.outcome.as_deref().and_then(terms_of_outcome);
        let rare = rare.or_else(|| self.status.as_deref().and_then(terms_of_status));
        if let Some(terms) = rare {
            return Index::Terms(terms);
        }
        if let Some(to) = &self.to {
            return Index::Called(to.clone());
        }
        match &self.menu {
            Some(menu) => Index::Terms(vec![term_of_menu(menu)]),
            None => Index::Time,
        }
    }

    fn has_condition(&self) -> bool {
        self.status.is_some() || self.outcome.is_some()
    }

    fn takes(&self, record: &Members<'_>) -> bool {
        let equal = |wanted: &Option<String>, found: &Option<Cow<'_, str>>| {
            wanted.is_none() || wanted.as_deref() == found.as_deref()
        };
        let is_met = |legs: &HashSet<LegId>| legs.contains(&record.leg);
        equal(&self.from, &record.from)
            && equal(&self.to, &record.to)
            && equal(&self.direction, &record.direction)
            && equal(&self.menu, &record.menu)
            && equal(&self.status, &record.status)
            && equal(&self.outcome, &record.outcome)
            && self.legs.as_ref().is_none_or(is_met)
    }

    fn records(&self, body: &Body) -> Vec<Box<RawValue>> {
        let fitting = body.records.iter().filter(|record| {
            let members = serde_json::from_str::<Members<'_>>(record.get());
            members.is_ok_and(|members| self.takes(&members))
        });
        fitting.cloned().collect()
    }
}

/// Events of one call that are shown.
const EVENTS: usize = 2_000;

/// One leg: its record, its path through the menu, its events and those of its conversation that
/// name no leg.
pub async fn one(context: &mut ApiContext<'_>, leg: &LegId) -> Reply {
    context.line.leg = Some(leg.clone());
    let page = Filter::new("", &[]).and_then(|it| it.page(Index::Leg(leg.clone()), 0));
    let page = match page {
        Ok(page) => page,
        Err(detail) => return bad_request(&detail),
    };
    let bodies = match list::bodies(context.env, &page).await {
        Ok(bodies) => bodies,
        Err(error) => return unavailable(context, &error),
    };
    match show(leg, &bodies) {
        Some(call) => Reply::of(&call),
        None => Reply::problem(
            404,
            "No such call",
            "A record appears a few seconds after the first event of a leg.",
        ),
    }
}

fn show(leg: &LegId, bodies: &[Body]) -> Option<Call> {
    #[derive(Deserialize)]
    struct Path {
        path: Box<RawValue>,
    }
    let records = bodies.iter().flat_map(|body| &body.records);
    let mut records = records.filter_map(|raw| {
        let record: CallRecord = serde_json::from_str(raw.get()).ok()?;
        (record.leg == *leg).then(|| (raw.clone(), record))
    });
    let (mut raw, mut record) = records.next()?;
    let lines = bodies.iter().flat_map(|body| &body.events);
    let mut events: Vec<(Event, &str)> = lines
        .filter_map(|line| {
            let event = Event::from_json_without_raw(&line.text).ok()?;
            Some((event, line.text.as_str()))
        })
        .collect();
    if records.next().is_some() {
        // Each database has folded the part of the call that it has.
        record = CallRecord::fold(leg, events.iter().map(|(event, _)| event))?;
        raw = serde_json::value::to_raw_value(&record).ok()?;
    }
    let path: Path = serde_json::from_str(raw.get()).ok()?;
    events.retain(|(event, _)| match event.leg() {
        Some(other) => other == leg,
        None => event.conversation.is_some() && event.conversation == record.conversation,
    });
    events.sort_unstable_by(|(a, _), (b, _)| (&a.time, &a.id).cmp(&(&b.time, &b.id)));
    // One delivered again after a database was added is in two.
    events.dedup_by(|(a, _), (b, _)| a.id == b.id);
    let events = events.iter().take(EVENTS);
    Some(Call {
        record: raw,
        path: path.path,
        events: events
            .filter_map(|(_, text)| serde_json::from_str(text).ok())
            .collect(),
    })
}

/// Calls that are over and went through a menu, newest first, in some 200 bytes each. Filters:
/// `menu`, `since`, `until`; `limit` and `cursor`.
pub async fn done(context: &mut ApiContext<'_>) -> Reply {
    let filter = Filter::new(context.request.query(), parameters::FINISHED_CALLS);
    let asked = filter.and_then(|filter| {
        let menu = filter.owned("menu");
        let index = match &menu {
            Some(menu) => Index::Terms(vec![term_of_menu(menu)]),
            None => Index::Time,
        };
        Ok((filter.page(index, 0)?, menu))
    });
    let (page, menu) = match asked {
        Ok(asked) => asked,
        Err(detail) => return bad_request(&detail),
    };
    let matching = |body: &Body| {
        let records = body.records.iter();
        let records = records.filter_map(|raw| serde_json::from_str(raw.get()).ok());
        let done = records.filter_map(|record: CallRecord| in_short(record, menu.as_deref()));
        done.collect()
    };
    match list::read(context.env, &page, matching).await {
        Ok(found) => Reply::of(&FinishedCalls {
            cursor: found.cursor(),
            calls: found.items,
        }),
        Err(error) => unavailable(context, &error),
    }
}

fn in_short(record: CallRecord, menu: Option<&str>) -> Option<FinishedCall> {
    let is_wanted = menu.is_none_or(|menu| record.menu.as_deref() == Some(menu));
    if record.ended.is_none() || record.path.is_empty() || !is_wanted {
        return None;
    }
    let end = record.path.last().and_then(|it| it.visit.target.clone());
    Some(FinishedCall {
        leg: record.leg,
        from: record.from,
        to: record.to,
        at: record.started,
        menu: record.menu,
        version: record.version,
        steps: record
            .path
            .into_iter()
            .map(|passed| [passed.visit.node, passed.visit.cause])
            .collect(),
        end,
        outcome: record.outcome,
    })
}

#[cfg(test)]
mod tests {
    use conversations::body::Line;
    use serde_json::{Value, json};

    use super::*;

    /// A body as one database has it that was given these events.
    fn body(events: &[&Event]) -> Body {
        let records = CallRecord::fold_all(events.iter().copied());
        let raw = |record: &CallRecord| serde_json::value::to_raw_value(record).unwrap();
        Body {
            records: records.iter().map(raw).collect(),
            events: events
                .iter()
                .map(|event| Line {
                    text: event.to_json(),
                    revision: 1,
                })
                .collect(),
        }
    }

    #[test]
    fn a_call_whose_parts_are_in_two_databases_is_shown_whole() {
        let event = |leg: &str, conversation: &str, status: &str, second: u32| {
            let at = format!("2026-03-02T10:00:{second:02}.000Z");
            let event = json!({ "specversion": "1.0", "id": format!("{leg}-{second}"),
                "source": "/vonage/voice", "type": format!("vonage.voice.{status}"), "subject": leg,
                "conversation": conversation, "time": at, "receivedat": at,
                "data": { "from": "447700900001", "status": status } });
            Event::from_json(&event.to_string()).unwrap()
        };
        let first = [
            event("L", "C1", "started", 1),
            event("M", "C1", "started", 2),
            event("L", "C1", "answered", 3),
        ];
        let second = [
            event("L", "C2", "transfer", 4),
            event("L", "C2", "completed", 5),
        ];
        let all: Vec<&Event> = first.iter().chain(&second).collect();
        let whole = CallRecord::fold_all(all.iter().copied());
        let whole = whole.iter().find(|it| it.leg.as_str() == "L").unwrap();
        let bodies = [
            body(&second.iter().collect::<Vec<_>>()),
            body(&first.iter().collect::<Vec<_>>()),
        ];
        let shown = show(&"L".into(), &bodies).unwrap();
        let record: Value = serde_json::from_str(shown.record.get()).unwrap();
        assert_eq!(record, serde_json::to_value(whole).unwrap());
        assert_eq!(record["answered"], "2026-03-02T10:00:03.000Z");
        assert_eq!(record["ended"], "2026-03-02T10:00:05.000Z");
        let texts: Vec<&str> = shown.events.iter().map(|it| it.get()).collect();
        let expected: Vec<String> = [0, 2, 3, 4].map(|at: usize| all[at].to_json()).into();
        assert_eq!(texts, expected);
        // What one database has is shown as that database folded it.
        let alone = show(&"M".into(), &bodies).unwrap();
        assert_eq!(alone.record.get(), bodies[1].records[1].get());
        assert!(show(&"N".into(), &bodies).is_none());
    }

    #[track_caller]
    fn check(query: &str, expected: &Index, limit: usize) {
        let (page, _) = asked(query).unwrap();
        assert_eq!(&page.search.index, expected, "{query}");
        assert_eq!(page.search.limit, limit, "{query}");
    }

    #[test]
    fn each_filter_is_found_by_what_finds_least() {
        let term = |term: &str| Index::Terms(vec![term.to_owned()]);
        check("", &Index::Time, 51);
        check("limit=10&since=2026-01-01T00:00:00Z", &Index::Time, 11);
        check("direction=outbound", &Index::Time, 1_000);
        check("status=completed", &Index::Time, 1_000);
        check("from=1&to=2&menu=m", &Index::Caller("1".into()), 1_000);
        check("to=2&menu=m", &Index::Called("2".into()), 1_000);
        check("menu=m&outcome=degraded", &term("type:ivr.degraded"), 1_000);
        check(
            "status=rejected&to=2",
            &term("type:vonage.voice.rejected"),
            1_000,
        );
        check("menu=m", &term("menu:m"), 1_000);
        check("from=1&conversation=C", &Index::Met("C".into()), 1_000);
        assert!(asked("form=1").is_err());
    }
}
