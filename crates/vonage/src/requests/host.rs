//! Which host a call lives on. REST requests about a call go to its region; elsewhere they are
//! answered with 404 ("Voice API, regions").

use crate::open_enum::open_enum;

/// The host that is right where no region is known.
pub const DEFAULT_HOST: &str = "api.nexmo.com";

open_enum! {
    /// Where an application's calls are processed ("Application API 2.4.1, voice, region").
    pub enum Region {
        /// Virginia.
        NaEast = "na-east",
        /// Oregon.
        NaWest = "na-west",
        /// Ireland.
        EuWest = "eu-west",
        /// Frankfurt.
        EuEast = "eu-east",
        /// Singapore.
        ApacSng = "apac-sng",
        /// Sydney.
        ApacAustralia = "apac-australia",
    }
}

impl Region {
    /// The region's REST host; of an unknown one none.
    #[must_use]
    pub const fn host(&self) -> Option<&'static str> {
        match self {
            Self::NaEast => Some("api-us-3.vonage.com"),
            Self::NaWest => Some("api-us-4.vonage.com"),
            Self::EuWest => Some("api-eu-3.vonage.com"),
            Self::EuEast => Some("api-eu-4.vonage.com"),
            Self::ApacSng => Some("api-ap-3.vonage.com"),
            Self::ApacAustralia => Some("api-ap-4.vonage.com"),
            Self::Other(_) => None,
        }
    }
}

/// The host of an `https` URL that belongs to Vonage (`*.nexmo.com`, `*.vonage.com`), such as a
/// webhook's `region_url` or `recording_url`: a token may be sent there, and nowhere else.
///
/// ```
/// use vonage::requests::host;
///
/// assert_eq!(host("https://api-eu-3.vonage.com"), Some("api-eu-3.vonage.com"));
/// assert_eq!(host("https://api-eu-3.vonage.com.example.com/"), None);
/// assert_eq!(host("https://api.nexmo.com@example.com/"), None);
/// ```
#[must_use]
pub fn host(url: &str) -> Option<&str> {
    let rest = match url.split_at_checked(8) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https://") => rest,
        _ => return None,
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let host = authority.strip_suffix(":443").unwrap_or(authority);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let vonage = [".nexmo.com", ".vonage.com"].iter().any(|domain| {
        let label = host.len().checked_sub(domain.len());
        label
            .filter(|label| *label > 0)
            .and_then(|label| host.get(label..))
            .is_some_and(|end| end.eq_ignore_ascii_case(domain))
    });
    (vonage && host.bytes().all(plain) && !host.starts_with('.')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_to_vonage_only() {
        let check = |url: &str, expected: Option<&str>| assert_eq!(host(url), expected, "{url}");
        check("https://api.nexmo.com/v1/files/x", Some("api.nexmo.com"));
        check("HTTPS://API-US.NEXMO.COM", Some("API-US.NEXMO.COM"));
        check(
            "https://api-us-3.vonage.com:443/x",
            Some("api-us-3.vonage.com"),
        );
        check("https://api-us-3.vonage.com?x", Some("api-us-3.vonage.com"));
        check("http://api.nexmo.com/", None);
        check("https://api.nexmo.com:8080/", None);
        check("https://nexmo.com/", None);
        check("https://.nexmo.com/", None);
        check("https://evilnexmo.com/", None);
        check("https://api.nexmo.com.evil.example/", None);
        check("https://evil.example/.nexmo.com", None);
        check("https://evil.example\\.nexmo.com", None);
        check("https://evil.example#.nexmo.com", None);
        check("https://user@api.nexmo.com/", None);
        check("https://evil.example%2f.nexmo.com/", None);
        check("https://ünexmo.com", None);
        check("api.nexmo.com", None);
        check("", None);
    }
}
