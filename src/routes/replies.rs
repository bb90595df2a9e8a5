//! Replies to what no route takes.

use crate::log::Line;
use crate::request::Method;
use crate::respond::Reply;

/// No route has this path.
pub fn nothing_here(line: &mut Line) -> Reply {
    line.route = "none";
    Reply::problem(404, "Nothing here", "The paths are listed in the README.")
}

/// A refusal unless the method is one of these.
pub fn only(method: Method, allowed: &[Method]) -> Option<Reply> {
    (!allowed.contains(&method)).then(|| wrong_method(allowed))
}

/// The route of this path takes other methods.
pub fn wrong_method(allowed: &[Method]) -> Reply {
    let names: Vec<_> = allowed.iter().map(|method| method.name()).collect();
    Reply::problem(405, "Not with this method", "See the header Allow.")
        .with("allow", names.join(", "))
}
