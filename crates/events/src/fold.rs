//! Events in, call record out.
//!
//! Nothing here depends on the order or the number of copies the events came in: they are first
//! made a set (one per id, the earliest arrival of each), then put in one order, then read.
//! Vonage's statuses swap, repeat and go missing (reference, section 3.2), so a status counts by
//! the stage of a call it stands for, not by when it arrived.

mod member;
mod recorded;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vonage::{ConversationId, LegId};

use crate::data::Visit;
use crate::event::{Event, earliest};
use crate::event_type::EventType;
use crate::record::{CallRecord, OtherLeg, Outcome, Passed};
use crate::timestamp;
use member::{scalar, whole};
use recorded::{left_a_message, recordings, transcripts};

impl CallRecord {
    /// The record of `leg`, folded from the events of the leg and of its conversations.
    ///
    /// More events than that do no harm; `None` when none of them is about the leg.
    pub fn fold<'a>(leg: &LegId, events: impl IntoIterator<Item = &'a Event>) -> Option<Self> {
        EventIndex::new(&mut events.into_iter()).record(leg)
    }

    /// The records of every leg the events are about, by leg.
    pub fn fold_all<'a>(events: impl IntoIterator<Item = &'a Event>) -> Vec<Self> {
        let index = EventIndex::new(&mut events.into_iter());
        index
            .legs
            .keys()
            .filter_map(|leg| index.record(leg))
            .collect()
    }
}

/// The events as a set, in one order, by leg and by conversation.
struct EventIndex<'a> {
    legs: BTreeMap<&'a LegId, Vec<&'a Event>>,
    /// Events of a conversation that name no leg.
    legless: BTreeMap<&'a ConversationId, Vec<&'a Event>>,
    /// The legs of a conversation, each with what happened to it there.
    members: BTreeMap<&'a ConversationId, BTreeMap<&'a LegId, Vec<&'a Event>>>,
    /// The webhooks that said a caller hung up while it rang, by id.
    cancelled: BTreeSet<&'a str>,
    /// The webhooks that a step followed from, by id.
    moving: BTreeSet<&'a str>,
}

impl<'a> EventIndex<'a> {
    /// Of any iterator, and compiled once for all of them.
    fn new(events: &mut dyn Iterator<Item = &'a Event>) -> Self {
        let mut events: Vec<&Event> = earliest(events).into_values().collect();
        events.sort_unstable_by(|a, b| in_order(a, b));

        let mut index = Self {
            legs: BTreeMap::new(),
            legless: BTreeMap::new(),
            members: BTreeMap::new(),
            cancelled: BTreeSet::new(),
            moving: BTreeSet::new(),
        };
        for event in events {
            if event.kind.status() == Some("cancelled") {
                index.cancelled.insert(&event.id);
            }
            if let Some(webhook) = webhook_of_step(event) {
                index.moving.insert(webhook);
            }
            if let Some(leg) = event.leg() {
                index.legs.entry(leg).or_default().push(event);
                if let Some(conversation) = &event.conversation {
                    let members = index.members.entry(conversation).or_default();
                    members.entry(leg).or_default().push(event);
                }
            } else if let Some(conversation) = &event.conversation {
                index.legless.entry(conversation).or_default().push(event);
            }
        }
        index
    }

    /// The leg a conversation belongs to: the one we answered first; where no answer webhook is
    /// known, one our menu moved, then an inbound one, then any.
    fn owner(&self, conversation: &ConversationId) -> Option<&'a LegId> {
        self.members
            .get(conversation)?
            .iter()
            .map(|(leg, own)| {
                let class = if own.iter().any(|e| e.kind == EventType::Answer) {
                    0
                } else if own.iter().any(|e| e.source == "/ivr") {
                    1
                } else if own.iter().any(|e| e.text("direction") == Some("inbound")) {
                    2
                } else {
                    3
                };
                (class, own.first().map(|e| e.time.as_str()), *leg)
            })
            .min()
            .map(|(_, _, leg)| leg)
    }

    fn record(&self, leg: &LegId) -> Option<CallRecord> {
        let (leg, own) = self.legs.get_key_value(leg)?;
        let mut conversations: Vec<&ConversationId> = own
            .iter()
            .filter_map(|event| event.conversation.as_ref())
            .collect();
        conversations.sort_unstable();
        conversations.dedup();
        let owned: Vec<&ConversationId> = conversations
            .iter()
            .copied()
            .filter(|conversation| self.owner(conversation) == Some(leg))
            .collect();
        let legless: Vec<&Event> = owned
            .iter()
            .filter_map(|conversation| self.legless.get(conversation))
            .flatten()
            .copied()
            .collect();
        let calls: Vec<&Event> = own
            .iter()
            .copied()
            .filter(|event| event.source == "/vonage/voice")
            .collect();

        let progress = Progress::of(&calls);
        let completed = progress.first("completed");
        let path = self.path(own, &legless);
        let others = self
            .others(leg, &conversations)
            .into_iter()
            .map(|(other, events)| OtherLeg {
                leg: other.clone(),
                direction: first_scalar(&events, "direction"),
                to: party(&events, &["to"]),
                status: Progress::of(&events).status.map(str::to_owned),
            })
            .collect();
        let (menu, version) = match path.first() {
            Some(first) => (
                Some(first.visit.menu.clone()),
                Some(first.visit.version.clone()),
            ),
            None => own
                .iter()
                .find_map(|e| {
                    e.menu
                        .clone()
                        .map(|menu| (Some(menu), e.menuversion.clone()))
                })
                .unwrap_or_default(),
        };
        let answered = progress
            .first("answered")
            .map(|event| event.time.clone())
            .or_else(|| {
                completed
                    .filter(|_| progress.failure.is_none())
                    .and_then(|event| event.text("start_time"))
                    .and_then(timestamp::normal)
            });
        let ended = match (completed, progress.failure) {
            (Some(event), _) => Some(
                event
                    .text("end_time")
                    .and_then(timestamp::normal)
                    .unwrap_or_else(|| event.time.clone()),
            ),
            (None, Some(event)) => Some(event.time.clone()),
            (None, None) => None,
        };

        let mut record = CallRecord {
            format: 1,
            leg: (*leg).clone(),
            conversation: own.iter().find_map(|event| event.conversation.clone()),
            from: party(&calls, &["from", "from_user"]),
            to: party(&calls, &["to"]),
            direction: first_scalar(&calls, "direction"),
            started: progress
                .first("started")
                .or_else(|| own.first().copied())
                .map(|event| event.time.clone()),
            ringing: progress.first("ringing").map(|event| event.time.clone()),
            answered,
            ended,
            duration: progress
                .last_scalar("duration")
                .and_then(|text| whole(&text)),
            price: progress.last_scalar("price"),
            rate: progress.last_scalar("rate"),
            network: progress.last_scalar("network"),
            status: progress.status.map(str::to_owned),
            detail: progress
                .failure
                .and_then(|event| scalar(event, "detail"))
                .or_else(|| progress.last_scalar("detail")),
            sip_code: progress
                .failure
                .and_then(|event| scalar(event, "sip_code"))
                .or_else(|| progress.last_scalar("sip_code"))
                .and_then(|text| text.parse().ok()),
            hung_up_by: progress.last_scalar("disconnected_by"),
            answered_by: ["human", "machine"]
                .into_iter()
                .find(|status| progress.first(status).is_some())
                .map(str::to_owned),
            menu,
            version,
            outcome: None,
            recordings: recordings(&calls, &legless),
            transcripts: transcripts(&calls, &legless),
            path,
            legs: others,
        };
        record.outcome = self.outcome(leg, own, &owned, &progress, &record);
        Some(record)
    }

    /// The other legs of conversations, each with what happened to it there: what it does
    /// elsewhere is none of this leg's business.
    fn others(
        &self,
        leg: &LegId,
        conversations: &[&ConversationId],
    ) -> BTreeMap<&'a LegId, Vec<&'a Event>> {
        let mut others: BTreeMap<&LegId, Vec<&Event>> = BTreeMap::new();
        for conversation in conversations {
            for (other, events) in self.members.get(conversation).into_iter().flatten() {
                if *other != leg {
                    others.entry(other).or_default().extend(events);
                }
            }
        }
        for events in others.values_mut() {
            events.sort_unstable_by(|a, b| in_order(a, b));
        }
        others
    }

    fn outcome(
        &self,
        leg: &LegId,
        own: &[&Event],
        owned: &[&ConversationId],
        progress: &Progress<'_>,
        record: &CallRecord,
    ) -> Option<Outcome> {
        let met_somebody = self.others(leg, owned).values().any(|events| {
            Progress::of(events).was_answered() && !self.was_hung_up_on_as_a_machine(events)
        });
        let moved = own.iter().any(|event| event.kind == EventType::Transfer);
        if met_somebody || moved {
            return Some(Outcome::Transferred);
        }
        if left_a_message(record) {
            return Some(Outcome::MessageLeft);
        }
        if progress.failure.is_some() {
            return Some(Outcome::Failed);
        }
        if own.iter().any(|event| event.kind == EventType::Degraded) {
            return Some(Outcome::Degraded);
        }
        record.ended.as_ref()?;
        let Some(last) = record.path.last() else {
            return Some(Outcome::Completed);
        };
        if reached_an_end(&last.visit) || record.hung_up_by.as_deref() == Some("platform") {
            return Some(Outcome::Completed);
        }
        Some(Outcome::Abandoned)
    }
}

impl EventIndex<'_> {
    /// Whether a machine answered this leg and the platform hung up on it. Only then does the
    /// webhook that reports the machine move the caller; a machine that is talked to moves nobody.
    fn was_hung_up_on_as_a_machine(&self, events: &[&Event]) -> bool {
        events.iter().any(|event| {
            event.kind.status() == Some("machine") && self.moving.contains(event.id.as_str())
        })
    }

    /// The way through the menu. A step that a webhook of another leg caused (whom the caller was
    /// to be connected to) names no leg: it is the conversation's.
    ///
    /// A caller who hung up while it rang went nowhere: earlier versions noted a step for it.
    fn path(&self, own: &[&Event], legless: &[&Event]) -> Vec<Passed> {
        let mut steps: Vec<&&Event> = own
            .iter()
            .chain(legless)
            .filter(|event| event.kind == EventType::Step)
            .filter(|event| {
                webhook_of_step(event).is_none_or(|webhook| !self.cancelled.contains(webhook))
            })
            .collect();
        let place = |event: &Event| event.data.get("step").and_then(Value::as_u64).unwrap_or(0);
        steps.sort_unstable_by(|a, b| (place(a), &a.time, &a.id).cmp(&(place(b), &b.time, &b.id)));
        let mut path = Vec::new();
        for event in steps {
            let Some(Value::Array(visits)) = event.data.get("path") else {
                continue;
            };
            for visit in visits {
                if let Ok(visit) = serde_json::from_value::<Visit>(visit.clone()) {
                    path.push(Passed {
                        at: event.time.clone(),
                        visit,
                    });
                }
            }
        }
        path
    }
}

/// The webhook a step followed from, by its event's id.
fn webhook_of_step(event: &Event) -> Option<&str> {
    if event.kind != EventType::Step {
        return None;
    }
    event.text("webhook")
}

fn in_order(a: &Event, b: &Event) -> std::cmp::Ordering {
    (&a.time, stage(a.kind.status()), &a.id).cmp(&(&b.time, stage(b.kind.status()), &b.id))
}

fn reached_an_end(visit: &Visit) -> bool {
    visit.target.as_deref() == Some("@hangup")
        || matches!(
            visit.entered.as_deref(),
            Some("hangup" | "conference" | "transfer")
        )
}

/// How far a call is when it has this status. Statuses nobody knows yet count as under way.
fn stage(status: Option<&str>) -> u8 {
    match status {
        None => 0,
        Some("started") => 1,
        Some("ringing") => 2,
        Some("answered") => 4,
        Some("human" | "machine") => 5,
        Some("disconnected") => 6,
        Some("busy" | "cancelled" | "unanswered" | "rejected" | "failed" | "timeout") => 7,
        Some("completed") => 8,
        Some(_) => 3,
    }
}

const FAILED: u8 = 7;

/// The statuses of one leg, by stage.
struct Progress<'a> {
    events: Vec<(&'a str, &'a Event)>,
    status: Option<&'a str>,
    /// The event that says why the leg was never answered.
    failure: Option<&'a Event>,
}

impl<'a> Progress<'a> {
    fn of(events: &[&'a Event]) -> Self {
        let mut statuses: Vec<(&str, &Event)> = events
            .iter()
            .filter_map(|event| Some((event.kind.status()?, *event)))
            .collect();
        statuses.sort_unstable_by(|a, b| {
            (stage(Some(a.0)), &a.1.time, a.0, &a.1.id).cmp(&(
                stage(Some(b.0)),
                &b.1.time,
                b.0,
                &b.1.id,
            ))
        });
        let mut progress = Self {
            status: None,
            failure: None,
            events: statuses,
        };
        // `human` and `machine` tell who answered, not how far the call is.
        let last = progress
            .events
            .iter()
            .rev()
            .find(|(status, _)| !matches!(*status, "human" | "machine"))
            .copied();
        let failure = progress
            .events
            .iter()
            .find(|(status, _)| stage(Some(status)) == FAILED)
            .copied();
        progress.failure = failure
            .filter(|_| !progress.was_answered())
            .map(|(_, event)| event);
        progress.status = match (failure, progress.failure) {
            (Some((status, _)), Some(_)) => Some(status),
            _ => last
                .map(|(status, _)| status)
                .or_else(|| progress.was_answered().then_some("answered")),
        };
        progress
    }

    fn was_answered(&self) -> bool {
        self.events.iter().any(|(status, event)| {
            matches!(*status, "answered" | "human" | "machine")
                || (*status == "completed"
                    && scalar(event, "duration")
                        .and_then(|text| whole(&text))
                        .is_some_and(|seconds| seconds > 0))
        })
    }

    fn first(&self, status: &str) -> Option<&'a Event> {
        self.events
            .iter()
            .find(|(other, _)| *other == status)
            .map(|(_, event)| *event)
    }

    /// What the furthest stage that knows it says.
    fn last_scalar(&self, name: &str) -> Option<String> {
        self.events
            .iter()
            .rev()
            .find_map(|(_, event)| scalar(event, name))
    }
}

fn first_scalar(events: &[&Event], name: &str) -> Option<String> {
    events.iter().find_map(|event| scalar(event, name))
}

/// A number or name; `Unknown` only when nobody says better (it comes in `completed` for callers
/// that `started` had named).
fn party(events: &[&Event], names: &[&str]) -> Option<String> {
    let said = || {
        events
            .iter()
            .filter(|event| event.source == "/vonage/voice")
            .flat_map(|event| names.iter().filter_map(|name| scalar(event, name)))
    };
    said()
        .find(|name| !name.eq_ignore_ascii_case("unknown"))
        .or_else(|| said().next())
}
