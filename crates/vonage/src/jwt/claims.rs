//! What a token says.

/// `{"alg":"HS256","typ":"JWT"}` and the same the other way round, encoded: all that is ever sent.
pub(super) const USUAL_HEADERS: [&str; 2] = [
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
];

/// The issuer of every signed webhook.
pub const ISSUER: &str = "Vonage";

/// What a token says, once it was checked; and what [`sign`](fn@super::sign) writes into one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `iat`: when it was issued, in Unix seconds.
    pub issued_at: i64,
    /// `jti`: what makes it unique, a UUID; usable against replays.
    pub id: Option<String>,
    /// `iss`: `Vonage`.
    pub issuer: String,
    /// `api_key`: the account.
    pub api_key: Option<String>,
    /// `application_id`: the application; absent for webhooks of the account.
    pub application: Option<String>,
}

impl Claims {
    /// Claims as Vonage makes them, of no account and no application.
    #[must_use]
    pub fn new(issued_at: i64, id: &str) -> Self {
        Self {
            issued_at,
            id: Some(id.to_owned()),
            issuer: ISSUER.to_owned(),
            api_key: None,
            application: None,
        }
    }
}
