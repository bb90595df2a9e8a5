//! What operators do, as events.

use jiff::Timestamp;
use serde_json::Map;

use crate::Event;
use crate::canonical::Hasher;
use crate::event_type::EventType;
use crate::subject::Subject;
use crate::timestamp;

/// A change an operator makes, or a look at what is personal.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperatorAct<'a> {
    /// Who: an e-mail address, the name of a service token, or `admin_token`.
    pub who: &'a str,
    /// What that operator may do.
    pub role: &'a str,
    /// What is done: `publish`, `rollback`, `delete`, `override`, `call`, `replay`, `look`.
    pub verb: &'a str,
    /// Of what: `menus`, `numbers`, `calls`.
    pub kind: &'a str,
    /// Its id, if it has one.
    pub id: Option<&'a str>,
    /// The version in force before.
    pub before: Option<&'a str>,
    /// The version in force from now on.
    pub after: Option<&'a str>,
    /// What the operator said about it.
    pub message: Option<&'a str>,
    /// The request, as the platform names it.
    pub ray: Option<&'a str>,
}

impl Event {
    /// `ivr.operator`: what an operator does.
    #[must_use]
    pub fn operator(act: &OperatorAct<'_>, at: Timestamp) -> Self {
        let mut data = Map::new();
        for (name, value) in [
            ("who", Some(act.who)),
            ("role", Some(act.role)),
            ("verb", Some(act.verb)),
            ("kind", Some(act.kind)),
            ("id", act.id),
            ("before", act.before),
            ("after", act.after),
            ("message", act.message),
            ("ray", act.ray),
        ] {
            data.insert(name.to_owned(), value.into());
        }
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
