//! Which numbers and addresses may be called, whoever asks for it: protection against toll fraud.
//!
//! A [`DialPolicy`] is made of two settings of the operator: prefixes of telephone numbers, and
//! hosts of SIP addresses. It is asked three times: when a menu is published, when an operator
//! places a call, and for each reply of the engine, which names what it dials: only a call fills placeholders.

use serde_json::Value;

use crate::source;

/// Which destinations may be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DialPolicy {
    prefixes: Option<Prefixes>,
    sip_hosts: Option<Vec<SipHost>>,
    malformed: Vec<DialEntryError>,
}

/// An entry of a list that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialEntryError {
    /// The list.
    pub list: DialList,
    /// The entry as it was written; empty when the list has none.
    pub entry: String,
}

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialList {
    /// The prefixes of telephone numbers.
    Numbers,
    /// The hosts of SIP addresses.
    SipHosts,
}

/// Where a call is placed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A telephone number, E.164 digits.
    Number(String),
    /// A SIP address.
    Sip(String),
    /// An extension of Vonage Business Communications, digits.
    Extension(String),
}

/// A destination that may not be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The number, SIP address or extension.
    pub destination: String,
    /// The list that would have to name it.
    pub list: DialList,
}

/// A destination in a menu that may not be called, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedInMenu {
    /// The JSON pointer of the destination.
    pub pointer: String,
    /// What may not be called.
    pub refused: Refused,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Prefixes {
    /// Digits, and whether they allow (or exclude).
    rules: Vec<(String, bool)>,
    /// Nothing is allowed when nothing fits: the list names something to allow, or nothing at all.
    is_closed: bool,
    /// An exclusion cannot be read: what it was to keep away may be anything.
    is_unreadable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SipHost {
    name: String,
    with_subdomains: bool,
}

impl DialPolicy {
    /// Reads both lists; `None` is a list that was not set.
    ///
    /// Entries stand apart by commas or blanks. A list that is not set allows everything. A list
    /// that is set allows what it names and nothing else, so a list without entries allows
    /// nothing. An entry that cannot be read allows nothing and is in its list of malformed entries.
    ///
    /// * `numbers`: prefixes in E.164, with or without `+`. An entry after `!` excludes. The longest
    ///   prefix that fits decides. A list that only excludes allows everything else. An exclusion
    ///   that cannot be read makes the whole list allow nothing.
    /// * `sip_hosts`: host names; `*.example.com` is every host under `example.com`.
    #[must_use]
    pub fn new(numbers: Option<&str>, sip_hosts: Option<&str>) -> Self {
        let mut policy = Self::default();
        policy.prefixes = numbers.map(|list| policy.read_prefixes(list));
        policy.sip_hosts = sip_hosts.map(|list| policy.read_hosts(list));
        policy
    }

    fn read_prefixes(&mut self, list: &str) -> Prefixes {
        let mut prefixes = Prefixes::default();
        let mut only_excludes = true;
        let mut is_empty = true;
        for entry in entries(list) {
            is_empty = false;
            let (prefix, allows) = match entry.strip_prefix('!') {
                Some(excluded) => (excluded, false),
                None => (entry, true),
            };
            only_excludes &= !allows;
            let digits = prefix.strip_prefix('+').unwrap_or(prefix);
            if is_prefix(digits) {
                prefixes.rules.push((digits.to_owned(), allows));
            } else {
                prefixes.is_unreadable |= !allows;
                self.malformed(DialList::Numbers, entry);
            }
        }
        if is_empty {
            self.malformed(DialList::Numbers, "");
        }
        prefixes.is_closed = is_empty || !only_excludes;
        prefixes
    }

    fn read_hosts(&mut self, list: &str) -> Vec<SipHost> {
        let mut hosts = Vec::new();
        for entry in entries(list) {
            let (name, with_subdomains) = match entry.strip_prefix("*.") {
                Some(name) => (name, true),
                None => (entry, false),
            };
            if is_host(name) {
                hosts.push(SipHost {
                    name: name.to_ascii_lowercase(),
                    with_subdomains,
                });
            } else {
                self.malformed(DialList::SipHosts, entry);
            }
        }
        if entries(list).next().is_none() {
            self.malformed(DialList::SipHosts, "");
        }
        hosts
    }

    fn malformed(&mut self, list: DialList, entry: &str) {
        self.malformed.push(DialEntryError {
            list,
            entry: entry.to_owned(),
        });
    }

    /// The entries that cannot be read.
    #[must_use]
    pub fn malformed_entries(&self) -> &[DialEntryError] {
        &self.malformed
    }

    /// How many entries of each list count; nothing for a list that is not set.
    #[must_use]
    pub fn sizes(&self) -> [(DialList, Option<usize>); 2] {
        let numbers = self.prefixes.as_ref().map(|list| list.rules.len());
        let hosts = self.sip_hosts.as_ref().map(Vec::len);
        [(DialList::Numbers, numbers), (DialList::SipHosts, hosts)]
    }

    /// Whether a telephone number may be called.
    #[must_use]
    pub fn allows_number(&self, number: &str) -> bool {
        let Some(prefixes) = &self.prefixes else {
            return true;
        };
        let digits = number.strip_prefix('+').unwrap_or(number);
        if prefixes.is_unreadable
            || digits.is_empty()
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return false;
        }
        let longest = prefixes
            .rules
            .iter()
            .filter(|(prefix, _)| digits.starts_with(prefix))
            // Of two entries with the same digits the one that excludes decides.
            .max_by_key(|(prefix, allows)| (prefix.len(), !allows));
        longest.map_or(!prefixes.is_closed, |(_, allows)| *allows)
    }

    /// Why a telephone number may not be called; nothing when it may.
    #[must_use]
    pub fn refuse_number(&self, number: &str) -> Option<Refused> {
        (!self.allows_number(number)).then(|| refused(number, DialList::Numbers))
    }

    /// Why a SIP address may not be called; nothing when it may.
    ///
    /// With a list of hosts the host decides. Without one, an address whose user part is a
    /// telephone number falls under the rule for numbers: a gateway may call it.
    #[must_use]
    pub fn refuse_sip(&self, uri: &str) -> Option<Refused> {
        let address = SipAddress::parse(uri);
        if let Some(hosts) = &self.sip_hosts {
            let is_named = hosts.iter().any(|host| host.fits(&address.host));
            return (!is_named).then(|| refused(uri, DialList::SipHosts));
        }
        let number = address.number()?;
        (!self.allows_number(&number)).then(|| refused(uri, DialList::Numbers))
    }

    /// Why an extension of Vonage Business Communications may not be called; nothing when it may.
    /// The platform calls any number under it, so the rule for numbers holds.
    #[must_use]
    pub fn refuse_extension(&self, extension: &str) -> Option<Refused> {
        self.refuse_number(extension)
    }

    /// Why a destination may not be called; nothing when it may.
    #[must_use]
    pub fn refuse(&self, destination: &Destination) -> Option<Refused> {
        match destination {
            Destination::Number(number) => self.refuse_number(number),
            Destination::Sip(uri) => self.refuse_sip(uri),
            Destination::Extension(extension) => self.refuse_extension(extension),
        }
    }

    /// The destinations a menu's `connect` nodes name that may not be called.
    ///
    /// What only a call can tell (a placeholder) is left to [`DialPolicy::refuse`].
    #[must_use]
    pub fn refuse_menu(&self, menu: &str) -> Vec<RefusedInMenu> {
        let mut found = Vec::new();
        if self.allows_everything() {
            return found;
        }
        let menu: Value = serde_json::from_str(menu).unwrap_or_default();
        let nodes = menu.get("nodes").and_then(Value::as_object);
        for (name, node) in nodes.into_iter().flatten() {
            if text(node, "kind") != "connect" {
                continue;
            }
            let mut pointer = "/nodes".to_owned();
            source::push_token(&mut pointer, name);
            pointer.push_str("/to");
            match node.get("to") {
                Some(Value::Array(list)) => {
                    for (index, to) in list.iter().enumerate() {
                        self.refuse_destination(&format!("{pointer}/{index}"), to, &mut found);
                    }
                }
                Some(one) => self.refuse_destination(&pointer, one, &mut found),
                None => {}
            }
        }
        found
    }

    fn refuse_destination(&self, pointer: &str, to: &Value, found: &mut Vec<RefusedInMenu>) {
        let (inner, refused) = if let Some(destination) = written(to) {
            let refused = if is_sip(&destination) {
                self.refuse_sip(&destination)
            } else {
                self.refuse_number(&destination)
            };
            ("", refused)
        } else if let Some(number) = to.get("phone").and_then(written) {
            ("/phone", self.refuse_number(&number))
        } else if let Some(uri) = to.get("sip").and_then(written) {
            ("/sip", self.refuse_sip(&uri))
        } else if let Some(extension) = to.get("vbc").and_then(written) {
            ("/vbc", self.refuse_extension(&extension))
        } else {
            return;
        };
        if let Some(refused) = refused {
            found.push(RefusedInMenu {
                pointer: [pointer, inner].concat(),
                refused,
            });
        }
    }

    fn allows_everything(&self) -> bool {
        self.prefixes.is_none() && self.sip_hosts.is_none()
    }
}

impl SipHost {
    fn fits(&self, host: &str) -> bool {
        if self.with_subdomains {
            host.strip_suffix(self.name.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
        } else {
            host == self.name
        }
    }
}

/// The parts of a SIP address that decide who pays for the call.
struct SipAddress {
    user: String,
    host: String,
    /// `user=phone` (RFC 3261, 19.1.1): the user part is a telephone number.
    is_phone: bool,
}

impl SipAddress {
    fn parse(uri: &str) -> Self {
        let rest = uri.trim();
        let rest = rest.split_once(':').map_or(rest, |(scheme, after)| {
            if scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips") {
                after
            } else {
                rest
            }
        });
        let (user, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
        let user = user.split([':', ';']).next().unwrap_or_default();
        let host = rest.split([';', '?', '/']).next().unwrap_or_default();
        let host = host.split_once(':').map_or(host, |(name, _)| name);
        Self {
            user: percent_decoded(user),
            host: host.trim_end_matches('.').to_ascii_lowercase(),
            is_phone: rest
                .split(';')
                .any(|parameter| parameter.eq_ignore_ascii_case("user=phone")),
        }
    }

    /// The telephone number in the user part, if it is one: digits, perhaps with the separators
    /// RFC 3966 allows.
    fn number(&self) -> Option<String> {
        let digits: String = self
            .user
            .chars()
            .filter(|letter| !matches!(letter, '+' | '-' | '.' | '(' | ')' | ' '))
            .collect();
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        (is_number || self.is_phone).then_some(digits)
    }
}

/// A destination as text: JSON numbers are numbers to call too. Nothing when there is none, or
/// only a call can tell.
fn written(value: &Value) -> Option<String> {
    let destination = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(number) if number.fract() == 0.0 => format!("{number:.0}"),
            _ => number.to_string(),
        },
        _ => return None,
    };
    (!destination.is_empty() && !destination.contains("{{")).then_some(destination)
}

fn is_sip(text: &str) -> bool {
    let scheme = text.split(':').next().unwrap_or_default();
    text.contains(':')
        && (scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips"))
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(|letter: char| letter == ',' || letter.is_whitespace())
        .filter(|entry| !entry.is_empty())
}

/// Digits of E.164: no country code begins with zero.
fn is_prefix(digits: &str) -> bool {
    !digits.starts_with('0')
        && (1..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is the name of a host.
#[must_use]
pub fn is_host(name: &str) -> bool {
    name.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn refused(destination: &str, list: DialList) -> Refused {
    Refused {
        destination: destination.to_owned(),
        list,
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(list: &str) -> DialPolicy {
        DialPolicy::new(Some(list), None)
    }

    #[test]
    fn a_number_is_allowed_when_its_longest_prefix_allows_it() {
        let check = |list: &str, number: &str, expected: bool| {
            assert_eq!(
                numbers(list).allows_number(number),
                expected,
                "{number} by {list:?}"
            );
        };
        check("44, 1", "447700900100", true);
        check("44 1", "+12025550100", true);
        check("+44\n+353", "447700900100", true);
        check("+44", "+447700900100", true);
        check("33", "447700900100", false);
        check("4477009002", "447700900100", false);
        check("44, !449", "449098790000", false);
        check("44, !+449", "449098790000", false);
        check("!449, 44", "447700900100", true);
        check("1, !1876, 18765550", "18765550100", true);
        check("1, !1876, 18765550", "18769990100", false);
        check("44, !44", "447700900100", false);
        check("!1900", "447700900100", true);
        check("!1900", "19005550100", false);
        for odd in [
            "",
            "+",
            "0447700900100",
            "44 7700",
            "44770090010x",
            "++44770",
            "*6744770",
        ] {
            check("44", odd, false);
        }
    }

    #[test]
    fn a_list_that_is_not_set_allows_everything_and_an_empty_one_nothing() {
        assert!(DialPolicy::new(None, None).allows_number("19005550100"));
        for list in ["", " ", ",", ", ,\n"] {
            let policy = numbers(list);
            assert!(!policy.allows_number("447700900100"), "{list:?}");
            assert_eq!(policy.malformed_entries().len(), 1, "{list:?}");
        }
    }

    #[test]
    fn an_entry_that_is_no_prefix_allows_nothing_and_is_told() {
        let check = |list: &str, malformed: &[&str], allowed: &[&str], refused: &[&str]| {
            let policy = numbers(list);
            let told: Vec<&str> = policy
                .malformed_entries()
                .iter()
                .map(|malformed| malformed.entry.as_str())
                .collect();
            assert_eq!(told, malformed, "{list:?}");
            for number in allowed {
                assert!(policy.allows_number(number), "{number} by {list:?}");
            }
            for number in refused {
                assert!(!policy.allows_number(number), "{number} by {list:?}");
            }
        };
        check("+ 44", &["+"], &["447700900100"], &["19005550100"]);
        check("+", &["+"], &[], &["19005550100", "447700900100"]);
        check("UK", &["UK"], &[], &["447700900100"]);
        check("0044", &["0044"], &[], &["00447700900100", "447700900100"]);
        check("44;1", &["44;1"], &[], &["447700900100"]);
        check("44*", &["44*"], &[], &["447700900100"]);
        check(
            "1234567890123456",
            &["1234567890123456"],
            &[],
            &["12345678"],
        );
        // What an exclusion was to keep away cannot be known: nothing is allowed.
        check("44, !44x", &["!44x"], &[], &["447700900100"]);
        check("44, ! 449", &["!"], &[], &["447700900100", "449098790000"]);
        check("x, !449", &["x"], &[], &["447700900100"]);
    }

    #[test]
    fn a_sip_address_that_names_a_number_falls_under_the_rule_for_numbers() {
        let check = |uri: &str, expected: bool| {
            let refused = numbers("44").refuse_sip(uri);
            assert_eq!(refused.is_none(), expected, "{uri}");
        };
        check("sip:19005550100@gw.example", false);
        check("sip:+19005550100@gw.example", false);
        check("SIP:1-900-555-0100@gw.example;transport=tls", false);
        check("sips:%31%39005550100@gw.example", false);
        check("sip:19005550100;phone-context=x@gw.example", false);
        check("sip:19005550100:secret@gw.example", false);
        check("sip:0019005550100@gw.example", false);
        check("sip:abc@gw.example;user=phone", false);
        check("sip:447700900100@gw.example", true);
        check("sip:alice@example.com", true);
        check("sip:example.com", true);
    }

    #[test]
    fn with_a_list_of_hosts_the_host_of_a_sip_address_decides() {
        let policy = DialPolicy::new(Some("44"), Some("gw.example, *.pbx.example"));
        let check = |uri: &str, expected: bool| {
            assert_eq!(policy.refuse_sip(uri).is_none(), expected, "{uri}");
        };
        check("sip:19005550100@gw.example", true);
        check("sip:alice@GW.example:5061;transport=tls", true);
        check("sip:alice@gw.example.", true);
        check("sip:alice@a.pbx.example", true);
        check("sip:alice@pbx.example", false);
        check("sip:alice@notpbx.example", false);
        check("sip:alice@gw.example.evil.example", false);
        check("sip:gw.example@evil.example", false);
        check("sip:a@gw.example@evil.example", false);
        check("sip:447700900100@evil.example", false);
        let empty = DialPolicy::new(None, Some(" "));
        assert!(empty.refuse_sip("sip:alice@example.com").is_some());
        assert!(empty.allows_number("19005550100"));
        let malformed = DialPolicy::new(None, Some("https://gw.example"));
        assert!(malformed.refuse_sip("sip:alice@gw.example").is_some());
        assert_eq!(malformed.malformed_entries()[0].list, DialList::SipHosts);
    }

    #[test]
    fn a_destination_falls_under_the_rule_of_its_kind() {
        let check = |list: &str, destination: Destination, is_refused: bool| {
            let refused = numbers(list).refuse(&destination);
            assert_eq!(refused.is_some(), is_refused, "{list}: {destination:?}");
            assert_eq!(DialPolicy::default().refuse(&destination), None);
        };
        let number = || Destination::Number("447700900100".to_owned());
        check("44", number(), false);
        check("33", number(), true);
        let sip = || Destination::Sip("sip:19005550100@gw.example".to_owned());
        check("44", sip(), true);
        check("1", sip(), false);
        let extension = || Destination::Extension("19005550100".to_owned());
        check("44", extension(), true);
        check("1", extension(), false);
    }

    #[test]
    fn a_menu_that_names_what_may_not_be_called_is_found() {
        let check = |to: &str, expected: &[(&str, &str)]| {
            let menu = format!(r#"{{"nodes":{{"sales":{{"kind":"connect","to":{to}}}}}}}"#);
            let found: Vec<(String, String)> = numbers("44")
                .refuse_menu(&menu)
                .into_iter()
                .map(|found| (found.pointer, found.refused.destination))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(place, number)| (format!("/nodes/sales/to{place}"), (*number).to_owned()))
                .collect();
            assert_eq!(found, expected, "{to}");
            assert_eq!(DialPolicy::default().refuse_menu(&menu), [], "{to}");
        };
        check(r#""447700900100""#, &[]);
        check(r#""33199000100""#, &[("", "33199000100")]);
        check(
            r#"["447700900100", "+33199000100", "1900555"]"#,
            &[("/1", "+33199000100"), ("/2", "1900555")],
        );
        check(r#"{"phone": "1900555"}"#, &[("/phone", "1900555")]);
        check(r#"[{"phone": "1900555"}]"#, &[("/0/phone", "1900555")]);
        check(r#"[{"sip": "sip:a@example.com"}, "{{var.number}}"]"#, &[]);
        check(
            r#"[{"sip": "sip:1900555@example.com"}, {"vbc": "1900555"}]"#,
            &[("/0/sip", "sip:1900555@example.com"), ("/1/vbc", "1900555")],
        );
        check("1900555", &[("", "1900555")]);
        check("[447700900100.0, 1900555.0]", &[("/1", "1900555")]);
        check(
            r#""sip:1900555@example.com""#,
            &[("", "sip:1900555@example.com")],
        );
    }
}
