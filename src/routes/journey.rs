//! A call's way through its menu, one webhook at a time.
//!
//! The engine decides; here it is given what it asks for, and what it decides is carried out:
//! the reply at once, the events behind the caller's back.

use std::rc::Rc;
use std::sync::Arc;

use events::{Event, Visit};
use ivr::{
    Caller, Compiled, ConnectOutcome, Context, Direction, Effect, Facts, Need, State, Step, Trace,
};
use vonage::{Party, Webhook};

use super::{Exchange, dial, event, gate};
use crate::at_once;
use crate::bindings::deadline::Deadline;
use crate::bindings::menus::{Menus, Trouble};
use crate::bindings::{clock, limiter, lookup, queue};
use crate::env::Config;
use crate::respond::Reply;

/// How long a caller may wait for us, in milliseconds. Vonage waits five seconds for an answer
/// and then tries once more ("Voice API, webhook timeouts"); a caller hangs up earlier.
const BUDGET_MS: u32 = 1_800;
/// How often the engine may ask for more within one webhook.
const ROUNDS: usize = 16;

/// One webhook on its way to its reply.
pub struct Journey<'a, 'x> {
    exchange: &'a mut Exchange<'x>,
    config: Rc<Config>,
    menus: Menus,
    deadline: Deadline,
    /// The webhook's own event first, then what follows from it.
    events: Vec<Event>,
    troubles: Vec<Trouble>,
    about_another_leg: bool,
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

impl<'a, 'x> Journey<'a, 'x> {
    /// Sets out with the event of the webhook.
    pub fn new(exchange: &'a mut Exchange<'x>, event: Event) -> Self {
        let config = Config::of(exchange.env);
        let deadline = Deadline::in_ms(BUDGET_MS);
        event::tell(exchange, &event);
        Self {
            menus: Menus::of(exchange.env, config.menu_cache_seconds, deadline),
            exchange,
            config,
            deadline,
            events: vec![event],
            troubles: Vec::new(),
            about_another_leg: false,
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
    pub async fn begin(
        mut self,
        webhook: &Webhook,
        named: Option<&str>,
        direction: Direction,
    ) -> Reply {
        // Of a call we place the number is our own.
        let caller = webhook
            .caller_number()
            .filter(|_| direction == Direction::Inbound);
        if let Some(caller) = caller
            && !at_once::count(caller)
            && limiter::is_exceeded(self.exchange.env, "CALLER_LIMIT", caller).await
            && !self.menus.has_number(caller, self.exchange.context).await
        {
            self.troubles.push(Trouble {
                cause: "caller_limit",
                detail: "too many calls from one number".to_owned(),
            });
            let busy = ivr::busy_ncco(self.config.language.as_deref());
            return self.speak(busy);
        }
        let called = digits(webhook.to());
        let menu = self.menu_in_force(named, &[&called]).await;
        self.start(menu, webhook, direction).await
    }

    /// The same for a call that is counted already: it lost its way, and goes on in the menu it was
    /// in. Where that is not known it is the one of the number called, else of the number that
    /// calls, because the webhook may be about a leg that we called.
    pub async fn begin_again(
        mut self,
        webhook: &Webhook,
        menu: Option<&str>,
        direction: Direction,
    ) -> Reply {
        let (from, to) = (digits(webhook.from()), digits(webhook.to()));
        let mut found = match menu {
            Some(id) => self.menu_in_force(Some(id), &[]).await,
            None => None,
        };
        if found.is_none() {
            found = self.menu_in_force(None, &[&to, &from]).await;
        }
        self.start(found, webhook, direction).await
    }

    async fn start(
        self,
        menu: Option<Arc<Compiled>>,
        webhook: &Webhook,
        direction: Direction,
    ) -> Reply {
        let Some(menu) = menu else {
            return self.apologise();
        };
        let (from, to) = (digits(webhook.from()), digits(webhook.to()));
        let sip_headers: Vec<(&str, &str)> = webhook.sip_headers().collect();
        let caller = Caller {
            conversation: webhook.conversation().unwrap_or_default(),
            leg: webhook.leg().unwrap_or_default(),
            from: &from,
            to: &to,
            direction,
            sip_headers: &sip_headers,
        };
        self.walk(&Question::Begin(&menu, &caller), Facts::new())
            .await
    }

    /// A call in progress.
    ///
    /// When the version it is pinned to cannot be had, the caller hears the menu from its
    /// beginning, in the version in force: better than no way on at all.
    pub async fn go_on(
        mut self,
        state: &State,
        happened: &ivr::Event<'_>,
        webhook: &Webhook,
    ) -> Reply {
        let mut facts = Facts::new();
        let (id, version) = (state.position().menu.to_owned(), *state.version());
        let context = self.exchange.context;
        let pinned = self.menus.version(&id, &version, context).await;
        self.troubles.extend(pinned.trouble);
        if pinned.document.is_none() {
            match happened {
                ivr::Event::Connect(outcome) if !outcome.is_unanswered() => {
                    return event::kept(self.exchange, &self.events).await;
                }
                ivr::Event::Whisper => return self.speak(ivr::SHORTEST.to_owned()),
                _ => {
                    let menu = state.menu().to_owned();
                    return self
                        .begin_again(webhook, Some(&menu), state.direction())
                        .await;
                }
            }
        }
        facts.add_version(version, pinned.document);
        self.walk(&Question::GoOn(state, happened), facts).await
    }

    /// The menu that is named, else that of the first of the numbers that has one.
    async fn menu_in_force(
        &mut self,
        named: Option<&str>,
        numbers: &[&str],
    ) -> Option<Arc<Compiled>> {
        let context = self.exchange.context;
        let by_number = match named {
            Some(_) => None,
            None => {
                let number = self.menus.menu_of(numbers, context).await;
                self.troubles.extend(number.trouble);
                number.document
            }
        };
        let id = named.or_else(|| by_number.as_deref().map(|number| number.menu.as_str()))?;
        let found = self.menus.menu(id, context).await;
        self.troubles.extend(found.trouble);
        found.document
    }

    /// Asks the engine, fetches what it needs, and asks again, until it knows the reply.
    async fn walk(mut self, question: &Question<'_>, mut facts: Facts) -> Reply {
        let Some(sealer) = self.config.sealer.clone() else {
            return gate::unconfigured(self.exchange, "STATE_KEY");
        };
        let base_url = match &self.config.public_url {
            Some(url) => url.clone(),
            None => self.exchange.request.origin().to_owned(),
        };
        let context = Context {
            base_url: &base_url,
            sealer: &sealer,
            now: clock::now(),
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
                    for need in needs {
                        self.supply(need, refused.as_ref().or(pinned), &mut facts)
                            .await;
                    }
                }
                Step::Reply(mut reply) => {
                    trace.append(&mut reply.trace);
                    if let Some(destination) = self.config.dial.refuse_ncco(&reply.ncco) {
                        self.troubles.push(Trouble {
                            cause: "dial_refused",
                            detail: dial::reason(&destination),
                        });
                        refused = Some(reply.state);
                        continue;
                    }
                    reply.trace = trace;
                    return self.arrive(reply, before);
                }
                Step::Continue => return event::kept(self.exchange, &self.events).await,
            }
        }
        self.troubles.push(Trouble {
            cause: "no_way_on",
            detail: "the menu asked for more than a webhook has time for".to_owned(),
        });
        self.apologise()
    }

    /// The built-in words: nothing else can be had.
    fn apologise(self) -> Reply {
        let ncco = ivr::safe_ncco(self.config.language.as_deref());
        self.speak(ncco)
    }

    /// Gets what the engine asks for. What cannot be had is said to be missing, so it goes on.
    async fn supply(&mut self, need: Need, pinned: Option<&State>, facts: &mut Facts) {
        let context = self.exchange.context;
        let trouble = match need {
            Need::Menu(id) => {
                let found = self.menus.menu(&id, context).await;
                facts.add_menu(id, found.document);
                found.trouble
            }
            Need::Version(version) => {
                let id = pinned.and_then(|state| state.menu_of(&version));
                let found = self
                    .menus
                    .version(id.unwrap_or_default(), &version, context)
                    .await;
                facts.add_version(version, found.document);
                found.trouble
            }
            Need::Calendar(id) => {
                let found = self.menus.calendar(&id, context).await;
                facts.add_calendar(id, found.document);
                found.trouble
            }
            Need::List(id) => {
                let found = self.menus.list(&id, context).await;
                facts.add_list(id, found.document);
                found.trouble
            }
            Need::Lookup(request) => {
                let answer = lookup::ask(&request, &self.config.lookup_hosts, self.deadline).await;
                facts.add_lookup(request.key, answer);
                None
            }
        };
        self.troubles.extend(trouble);
    }

    /// The engine's reply, and what goes with it.
    fn arrive(mut self, reply: ivr::Reply, before: u16) -> Reply {
        let line = &mut self.exchange.line;
        let position = reply.state.position();
        line.menu = Some(position.menu.to_owned());
        line.version = Some(position.version.to_string());
        line.node = Some(position.node.to_owned());
        if !reply.trace.is_empty() {
            let visits: Vec<Visit> = reply.trace.iter().map(visit).collect();
            self.add(|event| Event::step(event, before.into(), &visits));
        }
        for degraded in reply.degraded {
            self.troubles.push(Trouble {
                cause: degraded.cause,
                detail: degraded.what,
            });
        }
        for effect in &reply.effects {
            self.add(|event| happened(event, effect));
        }
        self.speak(reply.ncco)
    }

    /// Replies, and keeps the events behind the caller's back.
    fn speak(mut self, ncco: String) -> Reply {
        self.exchange.line.outcome = "answered";
        if let Some(first) = self.troubles.first() {
            self.exchange.line.outcome = "degraded";
            self.exchange.line.reason = Some(first.cause);
            self.exchange.line.detail = Some(first.detail.clone());
        }
        for trouble in std::mem::take(&mut self.troubles) {
            self.add(|event| Event::degraded(event, trouble.cause, &trouble.detail));
        }
        queue::keep_later(self.exchange.env, self.exchange.context, &self.events);
        Reply::json(ncco)
    }
}

/// The digits of a number, or whatever else stands in its place.
fn digits(party: Option<&Party>) -> String {
    party.map_or_else(String::new, |party| {
        party.digits().unwrap_or(party.as_str()).to_owned()
    })
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
            let payload = serde_json::from_str(payload).unwrap_or_default();
            (Event::notify(of, payload), menu, node)
        }
    };
    event.menu = Some(menu.clone());
    event.node = Some(node.clone());
    event
}
