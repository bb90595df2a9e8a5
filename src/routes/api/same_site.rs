//! Whether a request that changes something comes from our own pages, when the browser brings the
//! operator's authority by itself: a cookie, or the token Cloudflare Access adds.

/// What a browser says of where a request comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// `Sec-Fetch-Site`, which no page can set.
    pub fetch_site: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// Our own origin.
    pub own: &'a str,
}

impl Origin<'_> {
    /// Whether the request comes from our own pages, or from the operator's own hand. `is_machine`:
    /// whoever asks is known to be no browser, so it need say nothing.
    #[must_use]
    pub fn is_own(&self, is_machine: bool) -> bool {
        match (self.fetch_site, self.origin) {
            (Some(site), _) => site == "same-origin" || site == "none",
            (None, Some(origin)) => origin == self.own,
            (None, None) => is_machine,
        }
    }
}

/// Whether a `Content-Type` is JSON's. A form, or text, can be sent by any page without being
/// asked first.
#[must_use]
pub fn is_json(content_type: Option<&str>) -> bool {
    let essence = content_type.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_use_the_authority_a_browser_brings() {
        let check = |fetch_site, origin, browser: bool, machine: bool| {
            let origin = Origin {
                fetch_site,
                origin,
                own: "https://ivr.example",
            };
            assert_eq!(origin.is_own(false), browser, "{origin:?}");
            assert_eq!(origin.is_own(true), machine, "{origin:?}");
        };
        check(Some("same-origin"), None, true, true);
        check(Some("same-origin"), Some("https://ivr.example"), true, true);
        check(Some("none"), None, true, true);
        check(
            Some("cross-site"),
            Some("https://evil.example"),
            false,
            false,
        );
        check(
            Some("same-site"),
            Some("https://a.ivr.example"),
            false,
            false,
        );
        check(
            Some("cross-site"),
            Some("https://ivr.example"),
            false,
            false,
        );
        check(Some(""), None, false, false);
        check(None, Some("https://ivr.example"), true, true);
        check(None, Some("https://ivr.example.evil.example"), false, false);
        check(None, Some("null"), false, false);
        check(None, None, false, true);
    }

    #[test]
    fn only_json_is_json() {
        let check = |value: Option<&str>, expected| {
            assert_eq!(is_json(value), expected, "{value:?}");
        };
        check(Some("application/json"), true);
        check(Some("Application/JSON; charset=utf-8"), true);
        check(Some("text/plain"), false);
        check(Some("text/plain; application/json"), false);
        check(Some("application/x-www-form-urlencoded"), false);
        check(Some("application/jsonp"), false);
        check(Some(""), false);
        check(None, false);
    }
}
