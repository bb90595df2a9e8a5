//! The rate limits `UNSIGNED_LIMIT` and `CALLER_LIMIT`, and `ALLOWED_IPS`.

use std::net::IpAddr;

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

use super::deadline::{Deadline, within};
use super::promise::{member, object, settle};
use crate::env::binding;

/// A limiter counts in the data centre it runs in; one that takes longer is broken.
pub const DEADLINE_MS: u32 = 200;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    type RateLimit;
    #[wasm_bindgen(method, catch)]
    fn limit(this: &RateLimit, options: &JsValue) -> Result<Promise, JsValue>;
}

/// Counts one against `key`; true when that was one too many. A limiter that is not bound,
/// fails or does not answer lets everybody through: it protects a budget, not a secret.
pub async fn is_exceeded(env: &Env, name: &str, key: &str) -> bool {
    let limiter = binding(env, name);
    if !limiter.is_object() {
        return false;
    }
    let limiter: RateLimit = limiter.unchecked_into();
    let promise = limiter.limit(&object(&[("key", key.into())]));
    match within(Deadline::in_ms(DEADLINE_MS), settle(name, promise)).await {
        Some(Ok(outcome)) => member(&outcome, "success").as_bool() == Some(false),
        Some(Err(_)) | None => false,
    }
}

/// The key that a source address is counted under: of IPv6 the network of 64 bits, because whoever
/// has one address of it has them all.
#[must_use]
pub fn source_key(source: &str) -> String {
    match source.parse() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                [&std::net::Ipv6Addr::from_bits(network).to_string(), "/64"].concat()
            }
        },
        _ => source.to_owned(),
    }
}

/// Whether `source` is in one of these CIDR ranges; an empty list allows everybody.
#[must_use]
pub fn is_allowed(ranges: &[String], source: Option<&str>) -> bool {
    if ranges.is_empty() {
        return true;
    }
    let Some(source) = source.and_then(|source| source.parse().ok()) else {
        return false;
    };
    ranges
        .iter()
        .any(|range| is_in(range, source) == Some(true))
}

/// Whether this is an address or a CIDR range, as one entry of `ALLOWED_IPS` has to be.
#[must_use]
pub fn is_range(range: &str) -> bool {
    read_range(range).is_some()
}

/// A range's network, and how many bits of an address are the host's.
fn read_range(range: &str) -> Option<(IpAddr, u32)> {
    let (network, length) = match range.split_once('/') {
        Some((network, length)) => (network, Some(length.parse::<u32>().ok()?)),
        None => (range, None),
    };
    let network: IpAddr = network.parse().ok()?;
    let width: u32 = if network.is_ipv4() { 32 } else { 128 };
    let host_bits = width.checked_sub(length.unwrap_or(width))?;
    Some((network, host_bits))
}

/// `None` when the range is none: such a line of `ALLOWED_IPS` allows nobody.
fn is_in(range: &str, source: IpAddr) -> Option<bool> {
    let (network, host_bits) = read_range(range)?;
    let (network, source) = match (network, source) {
        (IpAddr::V4(network), IpAddr::V4(source)) => {
            (u128::from(network.to_bits()), u128::from(source.to_bits()))
        }
        (IpAddr::V6(network), IpAddr::V6(source)) => (network.to_bits(), source.to_bits()),
        _ => return Some(false),
    };
    Some(match host_bits {
        128 => true,
        bits => network >> bits == source >> bits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, source: &str, expected: bool) {
        let ranges = [range.to_owned()];
        assert_eq!(
            is_allowed(&ranges, Some(source)),
            expected,
            "{source} in {range}"
        );
    }

    #[test]
    fn an_address_is_allowed_when_a_range_holds_it() {
        check("216.147.0.0/18", "216.147.63.255", true);
        check("216.147.0.0/18", "216.147.64.0", false);
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
        for range in ["", "x", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/", "::/129"] {
            check(range, "1.2.3.4", false);
            assert!(!is_range(range), "{range}");
        }
        for range in [
            "1.2.3.4",
            "1.2.3.4/32",
            "0.0.0.0/0",
            "2001:db8::/32",
            "::/128",
        ] {
            assert!(is_range(range), "{range}");
        }
    }

    #[test]
    fn an_address_is_counted_with_its_network() {
        let check = |source: &str, expected: &str| {
            assert_eq!(source_key(source), expected, "{source}");
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
        assert!(is_allowed(&[], None));
        assert!(!is_allowed(&["10.0.0.0/8".to_owned()], None));
        assert!(!is_allowed(&["10.0.0.0/8".to_owned()], Some("unknown")));
    }
}
