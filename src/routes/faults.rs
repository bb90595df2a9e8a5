//! `/faults`: tests switch failures on and off. Only in a build with the feature `faults`.

use worker::Env;

use crate::bindings::queue;
use crate::faults;
use crate::request::{Method, Request};
use crate::respond::Reply;

/// `PUT` sets what fails, `GET` says what is set and how often it was met. `POST` puts the body on
/// the queue, whatever it is.
pub async fn reply(request: &Request, env: &Env) -> Reply {
    if request.method == Method::Post {
        let body = request.body().await.unwrap_or_default();
        let message = String::from_utf8_lossy(&body).into_owned();
        return match queue::send(env, &[message], 0).await {
            Ok(()) => Reply::empty(204),
            Err(error) => Reply::problem(503, "Not sent", &error.message),
        };
    }
    if request.method == Method::Put {
        let body = request.body().await.unwrap_or_default();
        if let Err(error) = faults::replace(&body) {
            return Reply::problem(400, "Not a set of faults", &error.to_string());
        }
    }
    Reply::json(faults::as_json())
}
