use super::{
    Caller, Cause, Context, Degraded, Direction, Effect, Event, Reply, Shortfall, Step, Trace,
};
use crate::compile::fragment::{Fragment, Piece, Route};
use crate::compile::{Compiled, Exit, Node};
use crate::facts::{Facts, Need};
use crate::phrases;
use crate::policy::Destination;
use crate::state::seal::hours;
use crate::state::{self, DEEPEST, MOST_MENUS, Mode, NodeLocation, Pin, State};

/// How many nodes a caller may still enter once the limit was met.
const GRACE: u16 = 20;
/// How many nodes one webhook may pass.
const MOST_MOVES: u16 = 64;
/// How long a state counts, in hours: a call lasts a day at most.
const LIFE: u32 = 25;

/// One step of a call while it is made.
pub(super) struct Run<'a> {
    pub context: &'a Context<'a>,
    pub facts: &'a Facts,
    pub state: State,
    pub menu: &'a Compiled,
    /// The menu the step began in.
    first: &'a Compiled,
    out: String,
    /// Where in `out` one of our URLs goes.
    holes: Vec<(usize, Route)>,
    trace: Vec<Trace>,
    pub effects: Vec<Effect>,
    degraded: Vec<Degraded>,
    pub(super) dials: Option<Destination>,
    secret_input: bool,
    /// What a `secret` field collected in this very step.
    pub secrets: Vec<(&'a str, String)>,
    /// How many look-ups were asked for in this step.
    pub lookups: u32,
    moves: u16,
}

/// What a node is done with.
pub(super) enum Flow<'a> {
    /// The caller goes on.
    Go(&'a Exit, Cause),
    /// The NCCO ends here.
    Stop(Mode),
    /// The caller enters another menu, to come back.
    Enter(&'a str),
    /// The caller cannot go on from here.
    Lost,
    /// Something is needed first.
    Need(Need),
}

/// What is followed next.
#[derive(Clone, Copy)]
enum Next<'e> {
    Exit(&'e Exit),
    Menu(&'e str),
    WayOut,
}

/// Where an exit leads.
enum Way {
    To(NodeLocation),
    End,
    Need(Need),
    /// It cannot be had.
    Missing,
}

impl<'a> Run<'a> {
    /// A call that begins.
    pub fn begin(
        context: &'a Context<'a>,
        menu: &'a Compiled,
        caller: &Caller<'_>,
        facts: &'a Facts,
    ) -> Self {
        let party = |text: &str| -> Box<str> {
            let text = text.trim();
            state::clip(text.strip_prefix('+').unwrap_or(text), state::LONGEST_PARTY).into()
        };
        let (person, number) = match caller.direction {
            Direction::Inbound => (caller.from, caller.to),
            Direction::Outbound => (caller.to, caller.from),
        };
        let mut left = state::MOST_HEADERS;
        let mut headers = Vec::new();
        let named = |name: &str| {
            menu.headers
                .iter()
                .any(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        // Headers this menu looks at first; others only if another menu may.
        for wanted in [true, false] {
            for (name, value) in caller
                .sip_headers
                .iter()
                .filter(|(name, _)| named(name) == wanted)
            {
                let size = name.len() + value.len() + 4;
                if (wanted || menu.leaves) && size <= left {
                    left -= size;
                    headers.push(((*name).into(), (*value).into()));
                }
            }
        }
        let state = State {
            conversation: caller.conversation.into(),
            expires: hours(context.now) + LIFE,
            limit: menu.steps,
            steps: 0,
            over: false,
            pins: vec![Pin {
                id: (&*menu.id).into(),
                version: menu.version,
            }],
            location: NodeLocation {
                menu: 0,
                node: menu.start,
            },
            node: "".into(),
            mode: Mode::Ending,
            short: false,
            no_input: 0,
            no_match: 0,
            history: Vec::new(),
            stack: Vec::new(),
            seen: Vec::new(),
            variables: Vec::new(),
            direction: caller.direction,
            caller: party(person),
            called: party(number),
            headers,
        };
        Self::new(context, menu, state, facts)
    }

    /// A call that goes on.
    pub fn resume(
        context: &'a Context<'a>,
        menu: &'a Compiled,
        state: &State,
        facts: &'a Facts,
    ) -> Self {
        Self::new(context, menu, state.clone(), facts)
    }

    fn new(context: &'a Context<'a>, menu: &'a Compiled, state: State, facts: &'a Facts) -> Self {
        let mut out = String::with_capacity(1024);
        out.push('[');
        Self {
            context,
            facts,
            state,
            menu,
            first: menu,
            out,
            holes: Vec::new(),
            trace: Vec::new(),
            effects: Vec::new(),
            degraded: Vec::new(),
            dials: None,
            secret_input: false,
            secrets: Vec::new(),
            lookups: 0,
            moves: 0,
        }
    }

    /// The first step.
    pub fn answer(mut self) -> Step {
        let start = self
            .menu
            .node(self.menu.start)
            .map_or("", |node| &node.name)
            .to_owned();
        self.state.node = start.into();
        self.go(&Exit::Start, Cause::Answer, 0)
    }

    /// Any other step.
    pub fn step(mut self, event: &Event<'_>) -> Step {
        self.secret_input = self.state.expects_secret() && matches!(event, Event::Input { .. });
        let menu = self.menu;
        let Some(node) = menu.node(self.state.location.node) else {
            return self.go(&Exit::Start, Cause::Missing, 0);
        };
        match (self.state.mode, event) {
            (
                Mode::Listening { .. } | Mode::Confirming,
                Event::Input {
                    digits,
                    timed_out,
                    speech,
                    speech_timeout,
                },
            ) => {
                let heard = super::heard::Heard {
                    digits: *digits,
                    timed_out: *timed_out,
                    speech,
                    speech_timeout: *speech_timeout,
                };
                self.input(node, &heard)
            }
            (Mode::Calling { place }, Event::Connect(outcome)) => {
                self.outcome(node, place, *outcome)
            }
            (Mode::Calling { .. } | Mode::Pausing, Event::Notify) => self.done(node),
            (_, Event::Whisper) => self.whisper(node),
            // What belongs to another moment of the call moves nobody.
            _ => Step::Continue,
        }
    }

    /// Follows an exit and everything that needs no answer from the caller.
    pub fn go(mut self, exit: &Exit, cause: Cause, attempt: u8) -> Step {
        let mut next = Next::Exit(exit);
        let mut cause = cause;
        let mut attempt = attempt;
        loop {
            let from = (self.menu, self.state.node.clone());
            let repeats = matches!(next, Next::Exit(Exit::Repeat));
            let way = match next {
                Next::Exit(exit) => self.resolve(exit),
                Next::Menu(id) => self.enter(id),
                Next::WayOut => Way::Missing,
            };
            let way = match way {
                Way::To(location) => match self.count(location) {
                    Ok(location) => Way::To(location),
                    Err(over) => {
                        cause = Cause::Limit;
                        over
                    }
                },
                Way::Missing => {
                    cause = Cause::Missing;
                    self.way_out()
                }
                way => way,
            };
            let location = match way {
                Way::To(location) => location,
                Way::Need(need) => return Step::Need(vec![need]),
                Way::End | Way::Missing => {
                    self.note(from, cause, attempt, None);
                    return self.finish(Mode::Ending);
                }
            };
            let menu = match self.load(location.menu) {
                Ok(menu) => menu,
                Err(need) => return Step::Need(vec![need]),
            };
            // A version that is gone was noted by `load`; nothing leads on.
            let Some(node) = menu.and_then(|menu| menu.node(location.node)) else {
                self.note(from, Cause::Missing, attempt, None);
                return self.finish(Mode::Ending);
            };
            self.menu = menu.unwrap_or(self.menu);
            self.state.location = location;
            self.state.node = (&*node.name).into();
            self.note(from, cause, attempt, Some(node));
            match self.visit(node, repeats) {
                Flow::Go(exit, why) => {
                    next = Next::Exit(exit);
                    cause = why;
                    attempt = 0;
                }
                Flow::Enter(id) => {
                    next = Next::Menu(id);
                    cause = Cause::Then;
                    attempt = 0;
                }
                Flow::Lost => {
                    next = Next::WayOut;
                    cause = Cause::Missing;
                    attempt = 0;
                }
                Flow::Stop(mode) => return self.finish(mode),
                Flow::Need(need) => return Step::Need(vec![need]),
            }
        }
    }

    /// Where an exit leads from here.
    fn resolve(&mut self, exit: &Exit) -> Way {
        let menu = self.state.location.menu;
        match exit {
            Exit::Node(node) => Way::To(NodeLocation { menu, node: *node }),
            Exit::Menu(id) => self.enter(id),
            Exit::Hangup => Way::End,
            Exit::Repeat => Way::To(self.state.location),
            Exit::Start => Way::To(NodeLocation {
                menu,
                node: self.menu.start,
            }),
            Exit::Back => match self.state.history.pop() {
                Some((location, depth)) => {
                    self.state.stack.truncate(depth.into());
                    Way::To(location)
                }
                None => Way::To(NodeLocation {
                    menu,
                    node: self.menu.start,
                }),
            },
            Exit::Return => self.come_back(),
        }
    }

    /// The start of another menu: pinned now if it was not before.
    fn enter(&mut self, id: &str) -> Way {
        let known = self.state.pins.iter().position(|pin| *pin.id == *id);
        if let Some(slot) = known.and_then(|slot| u8::try_from(slot).ok()) {
            return match self.load(slot) {
                Ok(Some(menu)) => Way::To(NodeLocation {
                    menu: slot,
                    node: menu.start,
                }),
                Ok(None) => Way::Missing,
                Err(need) => Way::Need(need),
            };
        }
        match self.facts.menu(id) {
            None => Way::Need(Need::Menu(id.to_owned())),
            Some(None) => {
                self.degrade(Shortfall::MenuMissing, id);
                Way::Missing
            }
            Some(Some(menu)) => {
                if self.state.pins.len() >= MOST_MENUS {
                    self.degrade(Shortfall::TooManyMenus, id);
                    return Way::Missing;
                }
                let slot = u8::try_from(self.state.pins.len()).unwrap_or(u8::MAX);
                self.state.pins.push(Pin {
                    id: id.into(),
                    version: menu.version,
                });
                Way::To(NodeLocation {
                    menu: slot,
                    node: menu.start,
                })
            }
        }
    }

    /// Back out of a sub-menu, to where its `submenu` node goes on.
    fn come_back(&mut self) -> Way {
        let Some(frame) = self.state.stack.last().copied() else {
            return Way::End;
        };
        let menu = match self.load(frame.menu) {
            Ok(Some(menu)) => menu,
            Ok(None) => return Way::Missing,
            Err(need) => return Way::Need(need),
        };
        self.state.stack.pop();
        let depth = u8::try_from(self.state.stack.len()).unwrap_or(u8::MAX);
        self.state.history.retain(|(_, at)| *at <= depth);
        self.menu = menu;
        self.state.location = frame;
        match menu.node(frame.node).map(|node| &node.kind) {
            Some(crate::compile::Kind::Submenu { then, .. }) => self.resolve(then),
            _ => Way::Missing,
        }
    }

    /// Remembers where a sub-menu is to return to; false when too deep.
    pub fn push_frame(&mut self) -> bool {
        if self.state.stack.len() >= DEEPEST {
            self.degrade(Shortfall::TooManyMenus, &self.state.node.clone());
            return false;
        }
        self.state.stack.push(self.state.location);
        true
    }

    /// Counts a node entered. When there were too many, the limit's exit.
    fn count(&mut self, location: NodeLocation) -> Result<NodeLocation, Way> {
        self.moves += 1;
        self.state.steps = self.state.steps.saturating_add(1);
        let most = self
            .state
            .limit
            .saturating_add(if self.state.over { GRACE } else { 0 });
        if self.state.steps <= most && self.moves <= MOST_MOVES {
            return Ok(location);
        }
        if self.state.over {
            return Err(Way::End);
        }
        Err(self.way_out())
    }

    /// Where the menu the call began in sends who cannot go on; once.
    fn way_out(&mut self) -> Way {
        if self.state.over {
            return Way::End;
        }
        let root = match self.load(0) {
            Ok(Some(root)) => root,
            Ok(None) => return Way::End,
            Err(need) => return Way::Need(need),
        };
        self.state.over = true;
        // What is left from here is the grace.
        self.state.steps = self.state.limit;
        self.moves = MOST_MOVES / 2;
        self.state.stack.clear();
        self.state.history.clear();
        self.menu = root;
        self.state.location = NodeLocation {
            menu: 0,
            node: root.start,
        };
        match &root.limit {
            // A round again is what the limit is there to end.
            Exit::Repeat | Exit::Back | Exit::Start | Exit::Return | Exit::Hangup => Way::End,
            exit => match self.resolve(exit) {
                Way::Missing => Way::End,
                way => way,
            },
        }
    }

    /// The menu in a slot: `Ok(None)` when its version is gone.
    fn load(&mut self, slot: u8) -> Result<Option<&'a Compiled>, Need> {
        let Some(pin) = self.state.pins.get(usize::from(slot)) else {
            return Ok(None);
        };
        for menu in [self.menu, self.first] {
            if pin.version == menu.version {
                return Ok(Some(menu));
            }
        }
        let version = pin.version;
        match self.facts.version(&version) {
            None => Err(Need::Version(version)),
            Some(Some(menu)) => Ok(Some(menu)),
            Some(None) => {
                self.degrade(Shortfall::VersionMissing, &version.to_string());
                Ok(None)
            }
        }
    }

    /// Notes what the caller has to do without.
    pub fn degrade(&mut self, cause: Shortfall, what: &str) {
        self.degraded.push(Degraded {
            cause,
            what: what.to_owned(),
        });
    }

    /// Notes a move; `to` is `None` at the end of the call.
    fn note(
        &mut self,
        from: (&'a Compiled, Box<str>),
        cause: Cause,
        attempt: u8,
        to: Option<&Node>,
    ) {
        let (menu, node) = from;
        let target = match to {
            None => "@hangup".to_owned(),
            Some(node) if std::ptr::eq(menu, self.menu) => node.name.to_string(),
            Some(node) => ["menu:", &self.menu.id, "/", &node.name].concat(),
        };
        self.trace.push(Trace {
            menu: menu.id.to_string(),
            version: menu.version,
            node: node.into(),
            cause,
            attempt,
            target,
            entered: to.map(|node| node.word),
        });
    }

    /// Notes that a caller stays at the node, for another try.
    pub fn note_again(&mut self, cause: Cause, attempt: u8) {
        let node = self.state.node.to_string();
        self.trace.push(Trace {
            menu: self.menu.id.to_string(),
            version: self.menu.version,
            target: node.clone(),
            node,
            cause,
            attempt,
            entered: None,
        });
    }

    /// Adds actions to the NCCO.
    pub fn say(&mut self, fragment: &Fragment) {
        if fragment.is_empty() {
            return;
        }
        let before = self.out.len();
        if before > 1 {
            self.out.push(',');
        }
        for piece in &fragment.0 {
            match piece {
                Piece::Json(json) => self.out.push_str(json),
                Piece::Url(route) => self.holes.push((self.out.len(), *route)),
                Piece::From => {
                    let called = &self.state.called;
                    if ncco::is_number(called) {
                        self.out.push_str("\"from\":\"");
                        self.out.push_str(called);
                        self.out.push_str("\",");
                    }
                }
                Piece::Text(template, place) => {
                    let mut text = std::mem::take(&mut self.out);
                    self.fill(template, *place, &mut text);
                    self.out = text;
                }
            }
        }
    }

    /// Ends the NCCO: seals the state and puts it into the URLs.
    pub fn finish(mut self, mode: Mode) -> Step {
        self.state.mode = mode;
        if self.out.len() <= 1 {
            self.out.clear();
            self.out.push_str(phrases::SHORTEST);
        } else {
            self.out.push(']');
        }
        let ncco = if self.holes.is_empty() {
            self.out
        } else {
            let token = self.context.sealer.seal(&self.state);
            // Who is called joins from a conversation of their own: what they hear holds nothing
            // secret, and is bound to none.
            let is_whisper = |(_, route): &(usize, Route)| *route == Route::Whisper;
            let unbound = match self.holes.iter().any(is_whisper) {
                true => self.context.sealer.seal_unbound(&self.state),
                false => String::new(),
            };
            let base = self.context.base_url;
            let menu = self.state.menu();
            let url = base.len() + token.len() + menu.len() + 40;
            let mut ncco = String::with_capacity(self.out.len() + self.holes.len() * url);
            let mut done = 0;
            for (at, route) in &self.holes {
                ncco.push_str(self.out.get(done..*at).unwrap_or_default());
                ncco.push_str(base);
                ncco.push_str(route.path());
                ncco.push_str("?s=");
                ncco.push_str(match route {
                    Route::Whisper => &unbound,
                    _ => &token,
                });
                // In clear, for when the state cannot be opened: the call stays in its menu.
                ncco.push_str("&m=");
                ncco.push_str(menu);
                if self.state.direction == Direction::Outbound {
                    ncco.push('&');
                    ncco.push_str(Direction::OUTBOUND_QUERY);
                }
                done = *at;
            }
            ncco.push_str(self.out.get(done..).unwrap_or_default());
            ncco
        };
        Step::Reply(Reply {
            ncco,
            trace: self.trace,
            effects: self.effects,
            dials: self.dials,
            secret_input: self.secret_input,
            degraded: self.degraded,
            state: self.state,
        })
    }
}
