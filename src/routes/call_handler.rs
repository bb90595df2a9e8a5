//! A call's way through its menu, one webhook at a time.
//!
//! The engine decides; here it is given what it asks for, and what it decides becomes an outcome:
//! the NCCO is the reply, the events are kept behind the caller's back.

use std::sync::Arc;

use api::Reason;
use events::{Event, Visit};
use ivr::{
    Caller, Compiled, ConnectOutcome, Context, Direction, Effect, Facts, State, Step, Trace,
};
use vonage::{ConversationId, LegId, Party, Webhook};

use super::context::{ROUNDS, RequestContext};
use super::{auth, dial, event};
use crate::bindings::menus::DocumentError;
use crate::facts::{Decision, Need, Needs};
use crate::outcome::{Count, Outcome};
use crate::respond::Reply;

/// One webhook of a call on its way to its reply.
pub struct CallHandler<'c, 'a> {
    context: &'c mut RequestContext<'a>,
    /// The webhook's own event first, then what follows from it.
    events: Vec<Event>,
    errors: Vec<DocumentError>,
    about_another_leg: bool,
    count: Option<Count>,
}

/// What the engine is asked.
enum Question<'q> {
    /// How a call begins.
    Begin(&'q Compiled, &'q Caller<'q>),
    /// How it goes on.
    GoOn(&'q State, &'q ivr::Event<'q>),
}

impl Question<'_> {
    fn ask(&self, context: &Context<'_>, facts: &Facts) -> Step {
        match self {
            Self::Begin(menu, caller) => ivr::answer(context, menu, caller, facts),
            Self::GoOn(state, happened) => ivr::step(context, state, happened, facts),
        }
    }
}

impl<'c, 'a> CallHandler<'c, 'a> {
    /// Begins with the event of the webhook.
    pub fn new(context: &'c mut RequestContext<'a>, event: Event) -> Self {
        event::tell(context, &event);
        Self {
            context,
            events: vec![event],
            errors: Vec::new(),
            about_another_leg: false,
            count: None,
        }
    }

    /// Another event that follows from the webhook's own.
    pub fn add(&mut self, make: impl FnOnce(&Event) -> Event) {
        let Some(mut event) = self.events.first().map(make) else {
            return;
        };
        if self.about_another_leg {
            event.subject = None;
        }
        self.events.push(event);
    }

    /// The webhook tells of the leg the caller is to be connected to, and what follows from it
    /// is the caller's: then it names no leg, and counts as the conversation's.
    #[must_use]
    pub fn about_another_leg(mut self) -> Self {
        self.about_another_leg = true;
        self
    }

    /// The beginning of a call, from the menu in force: the one that is named, else the called
    /// number's.
    ///
    /// # Errors
    /// What has to be known first.
    pub fn begin(
        mut self,
        webhook: &Webhook,
        named: Option<&str>,
        direction: Direction,
    ) -> Decision<Outcome> {
        // Of a call we place the number is our own.
        let caller = webhook
            .caller_number()
            .filter(|_| direction == Direction::Inbound);
        if let Some(caller) = caller {
            match self.context.facts.exceeded {
                None => {
                    self.count = Some(Count {
                        limit: "CALLER_LIMIT",
                        key: caller.to_owned(),
                    });
                }
                Some(true) if !self.context.documents.has_number(caller)? => {
                    self.errors.push(DocumentError {
                        cause: Reason::CallerLimit,
                        detail: "too many calls from one number".to_owned(),
                    });
                    let busy = ivr::busy_ncco(self.context.config.language.as_deref());
                    return Ok(self.reply(busy));
                }
                Some(_) => {}
            }
        }
        let called = digits(webhook.to());
        let menu = self.menu_in_force(named, &[&called])?;
        self.start(menu, webhook, direction)
    }

    /// The same for a call that is counted already: it lost its way, and goes on in the menu it was
    /// in. Where that is not known it is the one of the number called, else of the number that
    /// calls, because the webhook may be about a leg that we called.
    ///
    /// # Errors
    /// What has to be known first.
    pub fn begin_again(
        mut self,
        webhook: &Webhook,
        menu: Option<&str>,
        direction: Direction,
    ) -> Decision<Outcome> {
        let (from, to) = (
            any_digits(webhook, webhook.from(), "from"),
            any_digits(webhook, webhook.to(), "to"),
        );
        let mut found = match menu {
            Some(id) => self.menu_in_force(Some(id), &[])?,
            None => None,
        };
        if found.is_none() {
            found = self.menu_in_force(None, &[&to, &from])?;
        }
        self.start(found, webhook, direction)
    }

    fn start(
        self,
        menu: Option<Arc<Compiled>>,
        webhook: &Webhook,
        direction: Direction,
    ) -> Decision<Outcome> {
        let Some(menu) = menu else {
            return Ok(self.reply_safe_ncco());
        };
        let (from, to) = (digits(webhook.from()), digits(webhook.to()));
        let sip_headers: Vec<(&str, &str)> = webhook.sip_headers().collect();
        let caller = Caller {
            conversation: webhook.conversation().map_or("", ConversationId::as_str),
            leg: webhook.leg().map_or("", LegId::as_str),
            from: &from,
            to: &to,
            sip_headers: &sip_headers,
            direction,
        };
        self.drive(&Question::Begin(&menu, &caller), Facts::new())
    }

    /// A call in progress.
    ///
    /// When the version it is pinned to cannot be had, the caller hears the menu from its
    /// beginning, in the version in force: better than no way on at all.
    ///
    /// # Errors
    /// What has to be known first.
    pub fn go_on(
        mut self,
        state: &State,
        happened: &ivr::Event<'_>,
        webhook: &Webhook,
    ) -> Decision<Outcome> {
        let mut facts = Facts::new();
        let (id, version) = (state.position().menu, *state.version());
        let pinned = self.context.documents.version(id, &version)?;
        self.errors.extend(pinned.error);
        if pinned.document.is_none() {
            return match happened {
                ivr::Event::Connect(outcome) if !outcome.is_unanswered() => {
                    Ok(event::kept(self.context, self.events))
                }
                ivr::Event::Whisper => Ok(self.reply(ivr::SHORTEST.to_owned())),
                _ => self.begin_again(webhook, Some(state.menu()), state.direction()),
            };
        }
        facts.add_version(version, pinned.document);
        self.drive(&Question::GoOn(state, happened), facts)
    }

    /// The menu that is named, else that of the first of the numbers that has one.
    fn menu_in_force(
        &mut self,
        named: Option<&str>,
        numbers: &[&str],
    ) -> Decision<Option<Arc<Compiled>>> {
        let by_number = match named {
            Some(_) => None,
            None => {
                let number = self.context.documents.menu_of(numbers)?;
                self.errors.extend(number.error);
                number.document
            }
        };
        let by_number = by_number.as_deref().map(|number| number.menu.as_str());
        let Some(id) = named.or(by_number) else {
            return Ok(None);
        };
        let found = self.context.documents.menu(id)?;
        self.errors.extend(found.error);
        Ok(found.document)
    }

    /// Asks the engine, gives it what it needs, and asks again, until it knows the reply.
    fn drive(mut self, question: &Question<'_>, mut facts: Facts) -> Decision<Outcome> {
        let (config, request) = (self.context.config, self.context.request);
        let Some(sealer) = &config.sealer else {
            let reply = auth::unconfigured(&mut self.context.line, "STATE_KEY");
            return Ok(self.context.reply(reply));
        };
        let base_url = match &config.public_url {
            Some(url) => url.as_str(),
            None => request.location.origin(),
        };
        let context = Context {
            base_url,
            sealer,
            now: self.context.now,
        };
        let pinned = match question {
            Question::Begin(..) => None,
            Question::GoOn(state, _) => Some(*state),
        };
        let before = pinned.map_or(0, State::steps);
        let mut refused: Option<State> = None;
        let mut trace = Vec::new();
        for _ in 0..ROUNDS {
            let step = match &refused {
                None => question.ask(&context, &facts),
                Some(state) => {
                    let failed = ivr::Event::Connect(ConnectOutcome::Failed);
                    ivr::step(&context, state, &failed, &facts)
                }
            };
            match step {
                Step::Need(needs) => {
                    let mut missing = Vec::new();
                    for need in needs {
                        let resolved = self.resolve(need, refused.as_ref().or(pinned), &mut facts);
                        missing.extend(resolved.err());
                    }
                    if !missing.is_empty() {
                        return Err(self.what_comes_first(missing));
                    }
                }
                Step::Reply(mut reply) => {
                    trace.append(&mut reply.trace);
                    let destination = reply.dials.as_ref();
                    if let Some(it) = destination.and_then(|it| config.dial.refuse(it)) {
                        self.errors.push(DocumentError {
                            cause: Reason::DialRefused,
                            detail: dial::reason(&it),
                        });
                        refused = Some(reply.state);
                        continue;
                    }
                    reply.trace = trace;
                    return Ok(self.finish(reply, before));
                }
                Step::Continue => return Ok(event::kept(self.context, self.events)),
            }
        }
        self.errors.push(DocumentError {
            cause: Reason::NoWayOn,
            detail: "the menu asked for more than a webhook has time for".to_owned(),
        });
        Ok(self.reply_safe_ncco())
    }

    /// Whoever calls too often has no other system asked: the caller is counted before.
    fn what_comes_first(&mut self, missing: Vec<Need>) -> Needs {
        let asks = missing.iter().any(|need| matches!(need, Need::Lookup(_)));
        match self.count.take() {
            Some(count) if asks => Needs(vec![Need::Count(count)]),
            _ => Needs(missing),
        }
    }

    /// Replies with the built-in apology: nothing else can be had.
    fn reply_safe_ncco(self) -> Outcome {
        let ncco = ivr::safe_ncco(self.context.config.language.as_deref());
        self.reply(ncco)
    }

    /// Gives the engine what it asks for. What cannot be had is said to be missing, so it goes on.
    fn resolve(
        &mut self,
        need: ivr::Need,
        pinned: Option<&State>,
        facts: &mut Facts,
    ) -> Result<(), Need> {
        let documents = &self.context.documents;
        let error = match need {
            ivr::Need::Menu(id) => {
                let found = documents.menu(&id)?;
                facts.add_menu(id, found.document);
                found.error
            }
            ivr::Need::Version(version) => {
                let id = pinned.and_then(|state| state.menu_of(&version));
                let found = documents.version(id.unwrap_or_default(), &version)?;
                facts.add_version(version, found.document);
                found.error
            }
            ivr::Need::Calendar(id) => {
                let found = documents.calendar(&id)?;
                facts.add_calendar(id, found.document);
                found.error
            }
            ivr::Need::List(id) => {
                let found = documents.list(&id)?;
                facts.add_list(id, found.document);
                found.error
            }
            ivr::Need::Lookup(request) => {
                let answer = self.context.facts.lookups.get(&request.key).cloned();
                let Some(answer) = answer else {
                    return Err(Need::Lookup(request));
                };
                facts.add_lookup(request.key, answer);
                None
            }
        };
        self.errors.extend(error);
        Ok(())
    }

    /// The engine's reply, and what goes with it.
    fn finish(mut self, reply: ivr::Reply, before: u16) -> Outcome {
        let line = &mut self.context.line;
        let position = reply.state.position();
        line.menu = Some(position.menu.to_owned());
        line.version = Some(position.version.to_string());
        line.node = Some(position.node.to_owned());
        if !reply.trace.is_empty() {
            let visits: Vec<Visit> = reply.trace.iter().map(visit).collect();
            self.add(|event| Event::step(event, before.into(), &visits));
        }
        for degraded in reply.degraded {
            self.errors.push(DocumentError {
                cause: degraded.cause.into(),
                detail: degraded.what,
            });
        }
        for effect in &reply.effects {
            self.add(|event| happened(event, effect));
        }
        self.reply(reply.ncco)
    }

    /// Replies; the events are kept behind the caller's back.
    pub fn reply(mut self, ncco: String) -> Outcome {
        self.context.line.outcome = "answered";
        if let Some(first) = self.errors.first() {
            self.context.line.outcome = "degraded";
            self.context.line.reason = Some(first.cause);
            self.context.line.detail = Some(first.detail.clone());
        }
        for error in std::mem::take(&mut self.errors) {
            self.add(|event| Event::degraded(event, error.cause.code(), &error.detail));
        }
        Outcome {
            events: self.events,
            count: self.count,
            ..self.context.reply(Reply::json(ncco))
        }
    }
}

/// The digits of a number, or whatever else stands in its place.
fn digits(party: Option<&Party>) -> String {
    party.map_or_else(String::new, |party| {
        party.digits().unwrap_or(party.as_str()).to_owned()
    })
}

/// The same for a webhook of a kind that is not known to name its parties: it may all the same.
fn any_digits(webhook: &Webhook, party: Option<&Party>, name: &str) -> String {
    if party.is_some() {
        return digits(party);
    }
    let text = webhook.fields.get(name).and_then(|value| value.as_str());
    text.and_then(vonage::digits).unwrap_or_default().to_owned()
}

fn visit(trace: &Trace) -> Visit {
    Visit {
        menu: trace.menu.clone(),
        version: trace.version.to_string(),
        node: trace.node.clone(),
        cause: trace.cause.to_string(),
        attempt: trace.attempt.into(),
        target: Some(trace.target.clone()),
        entered: trace.entered.map(str::to_owned),
    }
}

fn happened(of: &Event, effect: &Effect) -> Event {
    let (mut event, menu, node) = match effect {
        Effect::Callback { menu, node, number } => (Event::callback(of, number), menu, node),
        Effect::Notify {
            menu,
            node,
            payload,
        } => {
            let payload: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
            (Event::notify(of, &payload), menu, node)
        }
    };
    event.menu = Some(menu.clone());
    event.node = Some(node.clone());
    event
}
