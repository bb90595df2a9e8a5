//! The address a request came from: the ranges of `ALLOWED_IPS`, and what it is counted under.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv6Net};

/// The range that one entry of `ALLOWED_IPS` names: an address, or a network in CIDR notation.
#[must_use]
pub fn range(entry: &str) -> Option<IpNet> {
    let single = || entry.parse::<IpAddr>().ok().map(IpNet::from);
    entry.parse().ok().or_else(single)
}

/// Whether `source` is in one of these ranges; without any list everybody is. An empty list is one
/// whose entries cannot be read, and allows nobody.
#[must_use]
pub fn is_allowed(ranges: Option<&[IpNet]>, source: Option<&str>) -> bool {
    let Some(ranges) = ranges else {
        return true;
    };
    let source = source.and_then(|source| source.parse::<IpAddr>().ok());
    source.is_some_and(|source| ranges.iter().any(|range| range.contains(&source)))
}

/// The key that a source address is counted under: of IPv6 the network of 64 bits, because whoever
/// has one address of it has them all.
#[must_use]
pub fn counted_as(source: &str) -> String {
    match source.parse() {
        Ok(IpAddr::V6(address)) => match (address.to_ipv4_mapped(), Ipv6Net::new(address, 64)) {
            (Some(address), _) => address.to_string(),
            (None, Ok(network)) => network.trunc().to_string(),
            (None, Err(_)) => source.to_owned(),
        },
        _ => source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entry: &str, source: &str, expected: bool) {
        let ranges: Vec<IpNet> = range(entry).into_iter().collect();
        let is_allowed = is_allowed(Some(&ranges), Some(source));
        assert_eq!(is_allowed, expected, "{source} in {entry}");
    }

    #[test]
    fn an_address_is_allowed_when_a_range_holds_it() {
        check("216.147.0.0/18", "216.147.63.255", true);
        check("216.147.0.0/18", "216.147.64.0", false);
        check("216.147.9.9/18", "216.147.63.255", true);
        check("192.0.2.7", "192.0.2.7", true);
        check("192.0.2.7", "192.0.2.8", false);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("::/0", "2001:db8::1", true);
        check("2001:db8::/32", "2001:db8:ffff::1", true);
        check("2001:db8::/32", "2001:db9::1", false);
        check("2001:db8::/32", "192.0.2.1", false);
    }

    #[test]
    fn a_range_that_is_none_allows_nobody() {
        for entry in ["", "x", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/", "::/129"] {
            check(entry, "1.2.3.4", false);
            assert_eq!(range(entry), None, "{entry}");
        }
        for entry in [
            "1.2.3.4",
            "1.2.3.4/32",
            "0.0.0.0/0",
            "2001:db8::/32",
            "::/128",
        ] {
            assert!(range(entry).is_some(), "{entry}");
        }
    }

    #[test]
    fn an_address_is_counted_with_its_network() {
        let check = |source: &str, expected: &str| {
            assert_eq!(counted_as(source), expected, "{source}");
        };
        check("192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
        check("2001:db8:1:2::", "2001:db8:1:2::/64");
        check("2001:db8:1:3::1", "2001:db8:1:3::/64");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("", "");
    }

    #[test]
    fn without_ranges_everybody_is_allowed() {
        assert!(is_allowed(None, None));
        assert!(!is_allowed(Some(&[]), Some("10.0.0.1")));
        let ranges = [range("10.0.0.0/8").unwrap()];
        assert!(!is_allowed(Some(&ranges), Some("unknown")));
        assert!(!is_allowed(Some(&ranges), None));
    }
}
