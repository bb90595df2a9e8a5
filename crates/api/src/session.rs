//! Who asks, and how a browser signs in.

use serde::{Deserialize, Serialize};

use crate::Role;

/// What a browser signs in with: one of both.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SignIn {
    /// `ADMIN_TOKEN`.
    pub token: Option<String>,
    /// The code in the link that `make dev` prints; good once, on that machine.
    pub code: Option<String>,
}

/// Who asks, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Me {
    /// An e-mail address, the name of a service token, or `admin_token`.
    pub who: String,
    /// The role.
    pub role: Role,
    /// May hear recordings, read transcripts and see whole numbers.
    pub listen: bool,
    /// May set and remove the override of a calendar.
    pub emergency: bool,
    /// How they show who they are.
    pub means: Means,
    /// When the session ends.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::Time>"))]
    pub expires: Option<String>,
    /// Where a browser signs out.
    pub sign_out: Option<String>,
}

/// How an operator shows who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// By bearer token.
    Token,
    /// By the cookie that signing in gives.
    Session,
    /// Through Cloudflare Access.
    Access,
}
