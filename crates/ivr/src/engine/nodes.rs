use super::run::{Flow, Run};
use super::text::mix;
use super::{Cause, ConnectOutcome, Effect, Shortfall, Step};
use crate::calendar::State as Hours;
use crate::compile::{self, Connect, Dial, Kind, Lookup, Node, Reach, Switch, phrase};
use crate::document::{LookupBinding, Method, Order, Subject, Test};
use crate::facts::{LookupAnswer, LookupRequest, Need};
use crate::number::E164;
use crate::policy::Destination;
use crate::state::{Mode, VariableKind};
use crate::template::{self, Place, Template};
use crate::words;

/// The longest SIP address the platform takes (Vonage NCCO reference, connect, SIP endpoint).
const LONGEST_SIP_ADDRESS: usize = 50;

impl<'a> Run<'a> {
    /// Enters a node. `repeats` is whether the caller asked to hear it again.
    pub fn visit(&mut self, node: &'a Node, repeats: bool) -> Flow<'a> {
        match &node.kind {
            Kind::Menu(listen, _) | Kind::Collect(listen, _) => {
                self.state.no_input = 0;
                self.state.no_match = 0;
                let menu = self.state.location.menu;
                let short = listen
                    .short
                    .as_ref()
                    .filter(|(number, _)| self.state.see(menu, *number) && !repeats);
                self.state.short = short.is_some();
                self.say(short.map_or(&node.prompt, |(_, short)| short));
                self.say(&listen.action);
                let secret = matches!(&node.kind, Kind::Collect(_, collect) if collect.secret);
                Flow::Stop(Mode::Listening { secret })
            }
            Kind::Say(then) => {
                self.say(&node.prompt);
                Flow::Go(then, Cause::Then)
            }
            Kind::Connect(connect) => {
                self.say(&node.prompt);
                self.dial(connect, 0)
            }
            Kind::Pause { action, resume, .. } => {
                self.say(&node.prompt);
                self.say(action);
                match resume {
                    Some(resume) => {
                        self.say(resume);
                        Flow::Stop(Mode::Pausing)
                    }
                    None => Flow::Stop(Mode::Ending),
                }
            }
            Kind::Act(action, then) => {
                self.say(&node.prompt);
                self.say(action);
                Flow::Go(then, Cause::Then)
            }
            Kind::Last { action, name } => {
                let mut filled = String::new();
                self.fill(name, Place::Line(usize::MAX), &mut filled);
                if filled.trim().is_empty() {
                    return Flow::Lost;
                }
                self.say(&node.prompt);
                self.say(action);
                Flow::Stop(Mode::Ending)
            }
            Kind::Hours(hours) => self.hours(node, hours),
            Kind::Switch(switch) => self.switch(node, switch),
            Kind::Lookup(lookup) => self.lookup(node, lookup),
            Kind::Submenu { menu, .. } => {
                self.say(&node.prompt);
                if !self.push_frame() {
                    return Flow::Lost;
                }
                Flow::Enter(menu)
            }
            Kind::Callback {
                number,
                no_number,
                then,
            } => {
                // Whom nobody can call back is promised nothing.
                let Some(number) = self.number(number) else {
                    let Some(exit) = no_number else {
                        self.degrade(Shortfall::NumberMissing, &node.name);
                        return Flow::Go(then, Cause::NoNumber);
                    };
                    return Flow::Go(exit, Cause::NoNumber);
                };
                self.say(&node.prompt);
                self.effects.push(Effect::Callback {
                    menu: self.menu.id().to_owned(),
                    node: node.name.to_string(),
                    number: number.to_string(),
                });
                Flow::Go(then, Cause::Then)
            }
            Kind::Notify { payload, then } => {
                self.say(&node.prompt);
                let payload = self.json(payload);
                self.effects.push(Effect::Notify {
                    menu: self.menu.id().to_owned(),
                    node: node.name.to_string(),
                    payload,
                });
                Flow::Go(then, Cause::Then)
            }
            Kind::Hangup => {
                self.say(&node.prompt);
                Flow::Stop(Mode::Ending)
            }
        }
    }

    fn hours(&mut self, node: &'a Node, hours: &'a compile::Hours) -> Flow<'a> {
        self.say(&node.prompt);
        let calendar = match self.facts.calendar(&hours.calendar) {
            None => return Flow::Need(Need::Calendar(hours.calendar.to_string())),
            Some(None) => {
                self.degrade(Shortfall::CalendarMissing, &hours.calendar);
                return Flow::Go(&hours.closed, Cause::Closed);
            }
            Some(Some(calendar)) => calendar,
        };
        match calendar.hours.state_at(self.context.now) {
            Hours::Open => Flow::Go(&hours.open, Cause::Open),
            Hours::Closed => Flow::Go(&hours.closed, Cause::Closed),
            Hours::Holiday { .. } => Flow::Go(
                hours.holiday.as_ref().unwrap_or(&hours.closed),
                Cause::Holiday,
            ),
            Hours::Override { open } => {
                let (prompt, _) =
                    phrase::render(&calendar.override_prompt, &hours.voice, false, false);
                self.say(&prompt);
                let said = if open { &hours.open } else { &hours.closed };
                Flow::Go(hours.overridden.as_ref().unwrap_or(said), Cause::Override)
            }
        }
    }

    fn switch(&mut self, node: &'a Node, switch: &'a Switch) -> Flow<'a> {
        self.say(&node.prompt);
        let mut share = 0.0;
        for (index, (test, then)) in switch.cases.iter().enumerate() {
            let holds = match test {
                Test::InList(id) => match self.facts.list(id) {
                    None => return Flow::Need(Need::List(id.clone())),
                    Some(None) => {
                        self.degrade(Shortfall::ListMissing, id);
                        false
                    }
                    Some(Some(list)) => {
                        let number = self.subject(&switch.on).parse::<E164>();
                        number.is_ok_and(|number| list.contains(number))
                    }
                },
                Test::Prefix(prefixes) => {
                    let subject = self.subject(&switch.on);
                    prefixes
                        .iter()
                        .any(|prefix| subject.starts_with(prefix.as_str()))
                }
                Test::Country(countries) => {
                    let subject = self.subject(&switch.on);
                    let own = match switch.on {
                        Subject::Country => crate::number::Country::with_code(&subject),
                        _ => subject.parse::<E164>().ok().and_then(E164::country),
                    };
                    own.is_some_and(|own| countries.contains(&own))
                }
                Test::Equals(text) => words::same(&self.subject(&switch.on), text),
                Test::In(texts) => {
                    let subject = self.subject(&switch.on);
                    texts.iter().any(|text| words::same(&subject, text))
                }
                Test::Percent(percent) => {
                    share += percent;
                    // Thousandths of a percent: shares may have decimals.
                    #[allow(clippy::cast_precision_loss)]
                    let drawn = (self.chance(&node.name) % 100_000) as f64 / 1000.0;
                    drawn < share
                }
            };
            if holds {
                return Flow::Go(then, Cause::Case(index));
            }
        }
        Flow::Go(&switch.otherwise, Cause::Otherwise)
    }

    fn lookup(&mut self, node: &'a Node, lookup: &'a Lookup) -> Flow<'a> {
        self.say(&node.prompt);
        let key = self.lookups;
        self.lookups += 1;
        let Some(answer) = self.facts.lookup(key) else {
            let mut url = String::new();
            self.fill(&lookup.url, Place::Url, &mut url);
            if template::climbs(&lookup.url, &url) {
                return Flow::Go(&lookup.failed, Cause::NotFound);
            }
            let idempotency_key =
                (lookup.method == Method::Post).then(|| self.idempotency_key(node, key));
            let headers = lookup.headers.iter().map(|(name, value)| {
                let mut filled = String::new();
                self.fill_secret(value, Place::Header, &mut filled);
                (name.to_string(), filled)
            });
            return Flow::Need(Need::Lookup(LookupRequest {
                key,
                url,
                method: lookup.method,
                headers: headers.collect(),
                body: lookup.body.as_ref().map(|body| self.json_secret(body)),
                deadline_ms: lookup.deadline_ms,
                idempotency_key,
            }));
        };
        let body = match answer {
            LookupAnswer::Answer {
                status: 200..=299,
                body,
            } => body,
            _ => return Flow::Go(&lookup.failed, Cause::NotFound),
        };
        match &lookup.into {
            LookupBinding::Nothing => {}
            LookupBinding::Whole(name) => {
                // An answer that is only read whole must be one value; parts of one may be missing.
                let mut reads = self.menu.lookups.iter().filter(|path| {
                    let rest = path.strip_prefix(name.as_str());
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                });
                let whole_only =
                    reads.clone().next().is_some() && reads.all(|path| **path == **name);
                if body.is_null() || whole_only && value_of(body).is_none() {
                    return Flow::Go(&lookup.failed, Cause::NotFound);
                }
                for path in &self.menu.lookups {
                    let Some(rest) = path.strip_prefix(name.as_str()) else {
                        continue;
                    };
                    let found = match rest.strip_prefix('.') {
                        Some(members) => {
                            members
                                .split('.')
                                .try_fold(body, |value, member| match value {
                                    serde_json::Value::Array(items) => {
                                        items.get(member.parse::<usize>().ok()?)
                                    }
                                    _ => value.get(member),
                                })
                        }
                        None if rest.is_empty() => Some(body),
                        None => continue,
                    };
                    self.take(path, found.and_then(value_of));
                }
            }
            LookupBinding::Parts(parts) => {
                // All of it or nothing: what follows an answer reads every part.
                let found: Option<Vec<(&str, String)>> = parts
                    .iter()
                    .map(|(name, pointer)| Some((name, value_of(body.pointer(pointer)?)?)))
                    .collect();
                let Some(found) = found else {
                    return Flow::Go(&lookup.failed, Cause::NotFound);
                };
                for (name, value) in found {
                    self.take(name, Some(value));
                }
            }
        }
        Flow::Go(&lookup.then, Cause::Found)
    }

    /// Keeps a value a look-up brought, unless it gives a secret away.
    fn take(&mut self, name: &str, value: Option<String>) {
        // One to three digits stand in many an innocent value.
        let tells =
            |text: &str, secret: &str| text == secret || secret.len() > 3 && text.contains(secret);
        let kept = value.filter(|text| !self.secrets.iter().any(|(_, secret)| tells(text, secret)));
        match kept {
            Some(text) => self.state.set(VariableKind::Looked, name, &text),
            None => self.state.forget(VariableKind::Looked, name),
        }
    }

    /// Rings the destination at a place of the order, or the next that can be.
    fn dial(&mut self, connect: &'a Connect, place: u8) -> Flow<'a> {
        let mut place = place;
        while let Some(dial) = self
            .order(connect, place)
            .and_then(|index| connect.targets.get(index))
        {
            // What needs no value was checked before the call.
            if dial.address.as_text().is_some() || self.reaches(&dial.address, dial.reach) {
                self.dials = self.destination(dial);
                self.say(&dial.action);
                if let Some(resume) = &connect.resume {
                    self.say(resume);
                }
                return Flow::Stop(Mode::Calling { place });
            }
            place = place.saturating_add(1);
        }
        let [.., failed] = &connect.exits;
        Flow::Go(failed, Cause::Failed)
    }

    /// Whether an address can be rung with what is filled in.
    fn reaches(&self, address: &Template, reach: Reach) -> bool {
        let is_filled = || {
            address
                .slots()
                .all(|slot| !self.value(slot).trim().is_empty())
        };
        match reach {
            Reach::Number => self.number(address).is_some(),
            Reach::Name | Reach::Extension => is_filled(),
            Reach::Sip => {
                let mut filled = String::new();
                self.fill(address, Place::Address, &mut filled);
                is_filled() && filled.len() <= LONGEST_SIP_ADDRESS
            }
        }
    }

    fn destination(&self, dial: &Dial) -> Option<Destination> {
        let filled = |place| {
            let mut text = String::new();
            self.fill(&dial.address, place, &mut text);
            text
        };
        match dial.reach {
            Reach::Number => Some(Destination::Number(filled(Place::Number))),
            Reach::Sip => Some(Destination::Sip(filled(Place::Address))),
            Reach::Extension => Some(Destination::Extension(filled(Place::Number))),
            Reach::Name => None,
        }
    }

    /// Which destination has a place of the order; `None` after the last.
    fn order(&self, connect: &Connect, place: u8) -> Option<usize> {
        let count = connect.targets.len();
        let place = usize::from(place);
        if place >= count {
            return None;
        }
        let chance = || self.chance(&self.state.node);
        match connect.order {
            Order::Sequential => Some(place),
            Order::RoundRobin => {
                let first = usize::try_from(chance() % count.max(1) as u64).unwrap_or(0);
                Some((first + place) % count)
            }
            Order::Random => {
                let mut order: Vec<usize> = (0..count).collect();
                order.sort_by_cached_key(|index| mix(chance() ^ mix(*index as u64 + 1)));
                order.get(place).copied()
            }
        }
    }

    /// Goes on after a call to a destination failed.
    pub fn outcome(mut self, node: &'a Node, place: u8, outcome: ConnectOutcome) -> Step {
        let Kind::Connect(connect) = &node.kind else {
            return Step::Continue;
        };
        let [busy, no_answer, rejected, failed] = &connect.exits;
        let (exit, cause) = match outcome {
            ConnectOutcome::Busy => (busy, Cause::Busy),
            ConnectOutcome::NoAnswer => (no_answer, Cause::NoAnswer),
            ConnectOutcome::Rejected => (rejected, Cause::Rejected),
            ConnectOutcome::Failed => (failed, Cause::Failed),
            ConnectOutcome::Machine if connect.hangs_up_on_machines => (no_answer, Cause::NoAnswer),
            ConnectOutcome::Machine | ConnectOutcome::Other => return Step::Continue,
        };
        let rung = place.saturating_add(1);
        if self.order(connect, rung).is_some()
            && let Flow::Stop(mode) = self.dial(connect, rung)
        {
            self.note_again(cause, rung);
            return self.finish(mode);
        }
        self.go(exit, cause, rung)
    }

    /// Goes on after a talk, a message or a wait.
    pub fn done(self, node: &'a Node) -> Step {
        match &node.kind {
            Kind::Connect(connect) => match &connect.then {
                Some(then) => self.go(then, Cause::Then, 0),
                None => Step::Continue,
            },
            Kind::Pause { then, .. } => self.go(then, Cause::Then, 0),
            _ => Step::Continue,
        }
    }

    /// What the called person hears before the talk. Moves nobody.
    pub fn whisper(mut self, node: &'a Node) -> Step {
        if let Kind::Connect(connect) = &node.kind {
            self.say(&connect.whisper);
        }
        let mode = self.state.mode;
        self.finish(mode)
    }
}

/// One value of a look-up's answer as text; `None` for null, a list and an object.
///
/// A number is a number however it is written: `1.0` is `1`, `1e2` is `100`.
fn value_of(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Bool(yes) => Some(yes.to_string()),
        serde_json::Value::Number(number) if number.is_f64() => {
            number.as_f64().map(crate::source::decimal)
        }
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            None
        }
    }
}
