//! `DIAL_ALLOW` and `SIP_ALLOW` in words: the rule itself is [`ivr::policy`].

use ivr::policy::{DialList, Refused};

/// The setting a list comes from.
#[must_use]
pub fn setting(list: DialList) -> &'static str {
    match list {
        DialList::Numbers => "DIAL_ALLOW",
        DialList::SipHosts => "SIP_ALLOW",
    }
}

/// Why a destination is not called.
#[must_use]
pub fn reason(refused: &Refused) -> String {
    let rule = match refused.list {
        DialList::Numbers => " begins with none of the prefixes in ",
        DialList::SipHosts => " is at none of the hosts in ",
    };
    [&refused.destination, rule, setting(refused.list)].concat()
}
