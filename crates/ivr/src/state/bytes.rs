//! The state as bytes: variable-length integers, numbers two digits a byte.

use super::{Mode, NodeLocation, Pin, State, Variable, VariableKind};
use crate::engine::Direction;
use crate::version::Version;

/// Writes a state, all but its conversation.
pub(super) fn write(state: &State) -> Vec<u8> {
    let mut out = Writer(Vec::with_capacity(192));
    out.number(state.expires.into());
    out.number(state.limit.into());
    out.number(state.steps.into());
    let (mode, place) = match state.mode {
        Mode::Listening { secret: false } => (0, 0),
        Mode::Listening { secret: true } => (1, 0),
        Mode::Confirming => (2, 0),
        Mode::Calling { place } => (3, place),
        Mode::Pausing => (4, 0),
        Mode::Ending => (5, 0),
    };
    let outbound = u64::from(state.direction == Direction::Outbound);
    // States from before calls had a direction are those of calls that came in.
    let mode_and_direction = mode | outbound << 3;
    out.number(mode_and_direction << 2 | u64::from(state.short) << 1 | u64::from(state.over));
    if mode == 3 {
        out.number(place.into());
    }
    out.number(state.pins.len() as u64);
    for pin in &state.pins {
        out.text(&pin.id);
        out.0.extend_from_slice(pin.version.as_bytes());
    }
    out.location(state.location);
    out.text(&state.node);
    out.number(state.no_input.into());
    out.number(state.no_match.into());
    out.number(state.history.len() as u64);
    for (location, depth) in &state.history {
        out.location(*location);
        out.number((*depth).into());
    }
    out.number(state.stack.len() as u64);
    for location in &state.stack {
        out.location(*location);
    }
    out.number(state.seen.len() as u64);
    for (menu, number) in &state.seen {
        out.location(NodeLocation {
            menu: *menu,
            node: *number,
        });
    }
    out.number(state.variables.len() as u64);
    for variable in &state.variables {
        out.number(u64::from(variable.kind == VariableKind::Looked));
        out.text(&variable.name);
        out.text(&variable.value);
    }
    out.text(&state.caller);
    out.text(&state.called);
    out.number(state.headers.len() as u64);
    for (name, value) in &state.headers {
        out.text(name);
        out.text(value);
    }
    out.0
}

/// Reads a state; `None` when the bytes are none.
pub(super) fn read(bytes: &[u8], conversation: &str) -> Option<State> {
    let mut from = Reader(bytes);
    let expires = from.small()?;
    let limit = from.small()?;
    let steps = from.small()?;
    let mode = from.number()?;
    let (over, short) = (mode & 1 == 1, mode & 2 == 2);
    let direction = match mode >> 5 {
        0 => Direction::Inbound,
        1 => Direction::Outbound,
        _ => return None,
    };
    let mode = match mode >> 2 & 7 {
        0 => Mode::Listening { secret: false },
        1 => Mode::Listening { secret: true },
        2 => Mode::Confirming,
        3 => Mode::Calling {
            place: from.small()?,
        },
        4 => Mode::Pausing,
        5 => Mode::Ending,
        _ => return None,
    };
    let pins = from.list(|from| {
        let id = from.text()?;
        let (version, rest) = from.0.split_first_chunk::<32>()?;
        from.0 = rest;
        Some(Pin {
            id,
            version: Version::from_bytes(*version),
        })
    })?;
    let state = State {
        conversation: conversation.into(),
        expires,
        limit,
        steps,
        over,
        pins,
        mode,
        short,
        location: from.location()?,
        node: from.text()?,
        no_input: from.small()?,
        no_match: from.small()?,
        history: from.list(|from| Some((from.location()?, from.small()?)))?,
        stack: from.list(Reader::location)?,
        seen: from.list(|from| {
            from.location()
                .map(|location| (location.menu, location.node))
        })?,
        variables: from.list(|from| {
            let kind = if from.number()? == 1 {
                VariableKind::Looked
            } else {
                VariableKind::Collected
            };
            Some(Variable {
                kind,
                name: from.text()?,
                value: from.text()?,
            })
        })?,
        direction,
        caller: from.text()?,
        called: from.text()?,
        headers: from.list(|from| Some((from.text()?, from.text()?)))?,
    };
    from.0.is_empty().then_some(state)
}

struct Writer(Vec<u8>);

impl Writer {
    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut number: u64) {
        loop {
            #[allow(clippy::cast_possible_truncation)]
            let low = (number & 0x7f) as u8;
            number >>= 7;
            if number == 0 {
                self.0.push(low);
                return;
            }
            self.0.push(low | 0x80);
        }
    }

    /// The length, then the text; digits alone take half a byte each.
    fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let length = bytes.len() as u64;
        if !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit) {
            self.number(length << 1 | 1);
            for pair in bytes.chunks(2) {
                let high = pair.first().map_or(0, |digit| digit - b'0');
                let low = pair.get(1).map_or(0, |digit| digit - b'0');
                self.0.push(high << 4 | low);
            }
        } else {
            self.number(length << 1);
            self.0.extend_from_slice(bytes);
        }
    }

    fn location(&mut self, location: NodeLocation) {
        self.number(u64::from(location.node) << 3 | u64::from(location.menu & 7));
    }
}

struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn small<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(self.number()?).ok()
    }

    fn text(&mut self) -> Option<Box<str>> {
        let head = self.number()?;
        let length = usize::try_from(head >> 1).ok()?;
        if head & 1 == 0 {
            let (bytes, rest) = self.0.split_at_checked(length)?;
            self.0 = rest;
            return std::str::from_utf8(bytes).ok().map(Into::into);
        }
        let (bytes, rest) = self.0.split_at_checked(length.div_ceil(2))?;
        self.0 = rest;
        let digits = bytes
            .iter()
            .flat_map(|pair| [pair >> 4, pair & 15])
            .take(length);
        let text: Option<String> = digits
            .map(|digit| char::from_digit(digit.into(), 10))
            .collect();
        text.map(Into::into)
    }

    fn location(&mut self) -> Option<NodeLocation> {
        let number = self.number()?;
        Some(NodeLocation {
            menu: u8::try_from(number & 7).ok()?,
            node: u16::try_from(number >> 3).ok()?,
        })
    }

    /// A count, then so many items. No count is longer than the bytes left.
    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?)
            .ok()
            .filter(|count| *count <= self.0.len())?;
        (0..count).map(|_| read(self)).collect()
    }
}
