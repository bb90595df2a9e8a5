//! `/api/session` and `/api/me`: a browser's way in without Cloudflare Access, and who one is.

use std::cell::Cell;

use api::{Me, Reason, Role, SignIn};

use super::auth::{self, ADMIN, Means, Operator};
use super::context::ApiContext;
use super::cookie::Session;
use super::replies::bad_request;
use super::replies::text_of;
use crate::bindings::clock;
use crate::env::Config;
use crate::operators::Grant;
use crate::respond::Reply;

/// `POST /api/session`: the cookie for the token.
pub async fn sign_in(context: &mut ApiContext<'_>) -> Result<Reply, Reply> {
    let config = Config::of(context.env);
    let Some(admin_token) = config.admin_token.as_deref() else {
        return Err(super::super::auth::unconfigured(
            context.line,
            "ADMIN_TOKEN",
        ));
    };
    auth::check_origin(context, None)?;
    let text = text_of(context).await?;
    let given: SignIn = strict::from_str(&text).map_err(|error| bad_request(&error.to_string()))?;
    let guessed = match (given.token, given.code) {
        (Some(token), None) => auth::guess(context, token.trim(), admin_token),
        (None, Some(code)) => match config.signin_code.as_deref() {
            Some(expected) if is_here(context.request.origin()) && !CODE_USED.get() => {
                let guessed = auth::guess(context, code.trim(), expected);
                CODE_USED.set(guessed.is_ok());
                guessed
            }
            _ => Err(Reason::WrongAdminToken),
        },
        _ => return Err(bad_request("Expected { \"token\": … }.")),
    };
    if let Err(reason) = guessed {
        return Err(auth::refuse(context, reason).await);
    }
    let session = Session::new(ADMIN, Grant::of(Role::Publisher), clock::now().as_second());
    let operator = Operator {
        who: session.who.clone(),
        grant: Grant::of(Role::Publisher),
        means: Means::Cookie,
        expires: Some(session.expires),
    };
    Ok(me(&operator).with("set-cookie", session.set(admin_token)))
}

thread_local! {
    /// A code is good once.
    static CODE_USED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the Worker runs on this machine, as `make dev` runs it.
fn is_here(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|here| {
        host.strip_prefix(here)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

/// `DELETE /api/session`: takes the cookie away.
#[must_use]
pub fn sign_out() -> Reply {
    Reply::empty(204).with("set-cookie", Session::clear())
}

/// `GET /api/me`: who asks, and what it may do.
#[must_use]
pub fn me(operator: &Operator) -> Reply {
    let expires = operator
        .expires
        .and_then(|at| jiff::Timestamp::from_second(at).ok())
        .map(events::print_timestamp);
    let sign_out = match operator.means {
        Means::Cookie => Some("/api/session"),
        Means::Access => Some("/cdn-cgi/access/logout"),
        Means::Token | Means::Service => None,
    };
    Reply::of(&Me {
        who: operator.who.clone(),
        role: operator.grant.role,
        listen: operator.grant.listen,
        emergency: operator.grant.emergency,
        means: operator.means.told(),
        expires,
        sign_out: sign_out.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn a_code_is_good_on_this_machine_alone() {
        for here in [
            "http://127.0.0.1:8787",
            "http://localhost",
            "http://[::1]:8787",
        ] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "https://ivr.example.com",
            "http://127.0.0.1.example:8787",
            "http://localhost.example",
            "http://evil.example:127",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }
}
