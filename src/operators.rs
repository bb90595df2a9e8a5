//! Who operates the lines, and what each may do: `OPERATORS`.

use std::collections::BTreeMap;

use api::{Needs, Role};

/// What one operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// May hear recordings, read transcripts and see whole numbers; a publisher always may.
    pub listen: bool,
    /// May close a line in an emergency; an editor always may.
    pub emergency: bool,
}

impl Grant {
    /// A role, with what goes with it.
    #[must_use]
    pub fn of(role: Role) -> Self {
        Self {
            role,
            listen: role >= Role::Publisher,
            emergency: role >= Role::Editor,
        }
    }

    /// `viewer`, `viewer listen emergency`, `publisher`: one role, and what is given beside it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut role = None;
        let (mut listen, mut emergency) = (false, false);
        for word in text.split_whitespace() {
            match word {
                "listen" => listen = true,
                "emergency" => emergency = true,
                word if role.is_none() => role = Some(Role::named(word)?),
                _ => return None,
            }
        }
        let grant = Self::of(role?);
        Some(Self {
            listen: grant.listen || listen,
            emergency: grant.emergency || emergency,
            ..grant
        })
    }

    /// Whether this is enough for what a route asks.
    #[must_use]
    pub fn allows(self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing => true,
            Needs::Role(role) => self.role >= role,
            Needs::Listen => self.listen,
            Needs::Emergency => self.emergency,
        }
    }

    /// As [`Grant::parse`] reads it.
    #[must_use]
    pub fn print(self) -> String {
        let mut text = self.role.name().to_owned();
        for (given, word) in [(self.listen, " listen"), (self.emergency, " emergency")] {
            if given {
                text.push_str(word);
            }
        }
        text
    }
}

/// `OPERATORS`: names, or `*@example.com` for everybody of a domain, and what they may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operators {
    names: BTreeMap<String, Grant>,
    domains: BTreeMap<String, Grant>,
}

impl Operators {
    /// Reads the setting: a JSON object of names and grants. What cannot be read lets nobody in,
    /// and is given back beside the rest.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<String>) {
        let mut operators = Self::default();
        let mut malformed = Vec::new();
        let Ok(entries) = strict::from_str::<BTreeMap<String, String>>(text) else {
            return (
                operators,
                vec!["(not an object of names and roles)".to_owned()],
            );
        };
        for (name, words) in entries {
            let pattern = name.trim().to_lowercase();
            match (Grant::parse(&words), pattern.strip_prefix("*@")) {
                (Some(grant), Some(domain)) if !domain.is_empty() && !domain.contains('*') => {
                    operators.domains.insert(domain.to_owned(), grant);
                }
                (Some(grant), None) if !pattern.is_empty() && !pattern.contains('*') => {
                    operators.names.insert(pattern, grant);
                }
                _ => malformed.push(name),
            }
        }
        (operators, malformed)
    }

    /// What somebody may do, by the name Cloudflare Access gives: an e-mail address, or the
    /// common name of a service token. The whole name wins over the domain.
    #[must_use]
    pub fn grant(&self, who: &str) -> Option<Grant> {
        let who = who.to_lowercase();
        let of_domain = || self.domains.get(who.rsplit_once('@')?.1);
        self.names.get(&who).or_else(of_domain).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Method;
    use api::routes::ROUTES;

    /// Every route × every role, as written out by hand: whoever adds a route says here who may.
    #[test]
    fn every_route_is_open_to_whom_it_is_meant_for() {
        let grants = [
            "viewer",
            "viewer listen",
            "viewer emergency",
            "editor",
            "publisher",
        ]
        .map(|text| (text, Grant::parse(text).unwrap()));
        // In the order of `grants`.
        let everybody = [true; 5];
        let publishers = [false, false, false, false, true];
        let editors = [false, false, false, true, true];
        let emergency = [false, false, true, true, true];
        let expected = |method: Method, path: &str| match (method, path) {
            (Method::Get, "/api/recordings/{id}") => [false, true, false, false, true],
            (Method::Get, _) | (_, "/api/session" | "/api/check") => everybody,
            (_, "/api/calendars/{id}/override") => emergency,
            (_, "/api/drafts/{menu}") => editors,
            _ => publishers,
        };
        for route in ROUTES.iter() {
            let open = grants.map(|(_, grant)| grant.allows(route.needs));
            assert_eq!(
                open,
                expected(route.method, route.path),
                "{:?} {}",
                route.method,
                route.path
            );
        }
    }

    #[test]
    fn a_grant_is_one_role_and_what_is_given_beside_it() {
        let check = |text: &str, expected: Option<&str>| {
            let grant = Grant::parse(text).map(Grant::print);
            assert_eq!(grant.as_deref(), expected, "{text:?}");
        };
        check("viewer", Some("viewer"));
        check("viewer emergency", Some("viewer emergency"));
        check("listen viewer", Some("viewer listen"));
        check("editor", Some("editor emergency"));
        check("editor listen", Some("editor listen emergency"));
        check("publisher", Some("publisher listen emergency"));
        for none in [
            "",
            "listen",
            "admin",
            "viewer editor",
            "Viewer",
            "viewer,listen",
        ] {
            check(none, None);
        }
    }

    #[test]
    fn a_role_may_what_the_ones_before_may() {
        let check = |grant: &str, expected: [bool; 5]| {
            let grant = Grant::parse(grant).unwrap();
            let needs = [
                Needs::Role(Role::Viewer),
                Needs::Role(Role::Editor),
                Needs::Role(Role::Publisher),
                Needs::Listen,
                Needs::Emergency,
            ];
            assert_eq!(
                needs.map(|needs| grant.allows(needs)),
                expected,
                "{grant:?}"
            );
        };
        check("viewer", [true, false, false, false, false]);
        check("viewer listen", [true, false, false, true, false]);
        check("viewer emergency", [true, false, false, false, true]);
        check("editor", [true, true, false, false, true]);
        check("publisher", [true, true, true, true, true]);
    }

    #[test]
    fn the_whole_name_wins_over_the_domain_and_nobody_else_gets_in() {
        let (operators, malformed) = Operators::parse(
            r#"{ "Ann@example.com": "publisher", "*@example.com": "viewer emergency", "ci.access": "editor" }"#,
        );
        assert!(malformed.is_empty(), "{malformed:?}");
        let check = |who: &str, expected: Option<&str>| {
            let grant = operators.grant(who).map(Grant::print);
            assert_eq!(grant.as_deref(), expected, "{who}");
        };
        check("ann@example.com", Some("publisher listen emergency"));
        check("ANN@EXAMPLE.COM", Some("publisher listen emergency"));
        check("bob@example.com", Some("viewer emergency"));
        check("ci.access", Some("editor emergency"));
        check("bob@example.com.evil.example", None);
        check("bob@notexample.com", None);
        check("example.com", None);
        check("", None);
    }

    #[test]
    fn what_cannot_be_read_lets_nobody_in() {
        for text in [
            "",
            "x",
            "[]",
            "null",
            r#"{"a@b":1}"#,
            r#"{"a@b":"viewer","a@b":"editor"}"#,
        ] {
            let (operators, malformed) = Operators::parse(text);
            assert_eq!(operators, Operators::default(), "{text}");
            assert_eq!(malformed.len(), 1, "{text}");
        }
        let (operators, malformed) =
            Operators::parse(r#"{"a@b":"viewer","c@b":"king","*":"publisher","*@":"viewer"}"#);
        assert_eq!(malformed, ["*", "*@", "c@b"]);
        assert!(operators.grant("a@b").is_some());
        assert!(operators.grant("c@b").is_none());
    }
}
