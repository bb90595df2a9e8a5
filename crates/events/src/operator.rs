//! What operators do, as events.

use jiff::Timestamp;

use crate::Event;
use crate::canonical::Hasher;
use crate::data::{self, OperatorAct};
use crate::event_type::EventType;
use crate::subject::Subject;
use crate::timestamp;

impl Event {
    /// `ivr.operator`: what an operator does.
    #[must_use]
    pub fn operator(act: &OperatorAct<'_>, at: Timestamp) -> Self {
        let data = data::members(act);
        let mut hasher = Hasher::new();
        hasher
            .part(b"ivr.operator")
            .part(timestamp::print(at).as_bytes())
            .object(&data, &[]);
        let mut event = Self::own(EventType::Operator, hasher.id(), at, data);
        let path = act
            .id
            .map_or_else(|| act.kind.to_owned(), |id| [act.kind, "/", id].concat());
        event.subject = Some(Subject::Other(path));
        if act.kind == "menus" {
            event.menu = act.id.map(str::to_owned);
            event.menuversion = act.after.map(str::to_owned);
        }
        event
    }
}
