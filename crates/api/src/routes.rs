//! Every route of `/api`: its method, its path, and what it asks of an operator.
//!
//! This table is the only place that says who may do what: the Worker goes by it, and the OpenAPI
//! document is made of it. A path has placeholders in braces, which stand for one segment.

use std::sync::LazyLock;

use crate::{Kind, Method, Needs, Role};

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Says who the operator is.
    Me,
    /// Gives a cookie for the token.
    SignIn,
    /// Takes the cookie away.
    SignOut,
    /// Describes the API.
    OpenApi,
    /// Something with the documents of a kind.
    Documents(Kind, Verb),
    /// Shows every document in force.
    Folder,
    /// Shows how things stand now.
    Today,
    /// Checks the files of a folder.
    Check,
    /// Shows a draft.
    ReadDraft,
    /// Saves a draft.
    SaveDraft,
    /// Takes a draft away.
    DeleteDraft,
    /// Sets or removes the override of a calendar.
    Override,
    /// Lists call records.
    Calls,
    /// Lists calls that are over, in short.
    CallsDone,
    /// Forgets a caller.
    Erase,
    /// Says how callers went through a menu.
    Figures,
    /// Shows one call.
    Call,
    /// Places a call.
    PlaceCall,
    /// Lists events.
    Events,
    /// Sends events through the sinks again.
    Replay,
    /// Lists what operators did.
    Audit,
    /// Plays a recording.
    Recording,
}

/// What is done with documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Lists those in force.
    List,
    /// Shows one.
    Read,
    /// Puts one in force.
    Publish,
    /// Takes one away.
    Delete,
    /// Lists the versions of one.
    Versions,
    /// Shows a version.
    Version,
    /// Puts an earlier version in force.
    Rollback,
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The method; a HEAD goes where the GET goes.
    pub method: Method,
    /// The path with its placeholders, as the log and the OpenAPI document name it.
    pub path: &'static str,
    /// What it asks of an operator.
    pub needs: Needs,
    /// What it does.
    pub action: Action,
}

/// What a method and a path lead to.
#[derive(Debug)]
pub enum Found<'p> {
    /// A route, and what stands for its placeholders.
    Route(&'static Route, Vec<&'p str>),
    /// The path has other methods.
    OtherMethods(Vec<Method>),
    /// No route has this path.
    Nothing,
}

const VIEWER: Needs = Needs::Role(Role::Viewer);
const EDITOR: Needs = Needs::Role(Role::Editor);
const PUBLISHER: Needs = Needs::Role(Role::Publisher);

/// The routes. Of two that fit, the first counts.
pub static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    use Method::{Delete, Get, Post, Put};
    let route = |method, path, needs, action| Route {
        method,
        path,
        needs,
        action,
    };
    let mut routes = vec![
        route(Get, "/api/me", VIEWER, Action::Me),
        route(Post, "/api/session", Needs::Nothing, Action::SignIn),
        route(Delete, "/api/session", Needs::Nothing, Action::SignOut),
        route(Get, "/api/openapi.json", VIEWER, Action::OpenApi),
        route(Get, "/api/today", VIEWER, Action::Today),
        route(Post, "/api/check", VIEWER, Action::Check),
        route(Get, "/api/folder", VIEWER, Action::Folder),
        route(Get, "/api/drafts/{menu}", VIEWER, Action::ReadDraft),
        route(Put, "/api/drafts/{menu}", EDITOR, Action::SaveDraft),
        route(Delete, "/api/drafts/{menu}", EDITOR, Action::DeleteDraft),
        route(Get, "/api/calls", VIEWER, Action::Calls),
        route(Post, "/api/calls", PUBLISHER, Action::PlaceCall),
        route(Delete, "/api/callers/{number}", PUBLISHER, Action::Erase),
        route(Get, "/api/figures", VIEWER, Action::Figures),
        route(Get, "/api/calls/done", VIEWER, Action::CallsDone),
        route(Get, "/api/calls/{leg}", VIEWER, Action::Call),
        route(Get, "/api/events", VIEWER, Action::Events),
        route(Post, "/api/events/replay", PUBLISHER, Action::Replay),
        route(Get, "/api/audit", VIEWER, Action::Audit),
        route(
            Get,
            "/api/recordings/{id}",
            Needs::Listen,
            Action::Recording,
        ),
        route(
            Put,
            "/api/calendars/{id}/override",
            Needs::Emergency,
            Action::Override,
        ),
        route(
            Delete,
            "/api/calendars/{id}/override",
            Needs::Emergency,
            Action::Override,
        ),
    ];
    for (kind, paths) in DOCUMENTS {
        let [all, one, versions, version, rollback] = paths;
        let verb =
            |method, path, needs, verb| route(method, path, needs, Action::Documents(kind, verb));
        routes.extend([
            verb(Get, all, VIEWER, Verb::List),
            verb(Get, one, VIEWER, Verb::Read),
            verb(Put, one, PUBLISHER, Verb::Publish),
            verb(Delete, one, PUBLISHER, Verb::Delete),
            verb(Get, versions, VIEWER, Verb::Versions),
            verb(Get, version, VIEWER, Verb::Version),
            verb(Post, rollback, PUBLISHER, Verb::Rollback),
        ]);
    }
    routes
});

macro_rules! paths {
    ($plural:literal, $id:literal) => {
        [
            concat!("/api/", $plural),
            concat!("/api/", $plural, "/", $id),
            concat!("/api/", $plural, "/", $id, "/versions"),
            concat!("/api/", $plural, "/", $id, "/versions/{version}"),
            concat!("/api/", $plural, "/", $id, "/rollback"),
        ]
    };
}

const DOCUMENTS: [(Kind, [&str; 5]); 4] = [
    (Kind::Menu, paths!("menus", "{id}")),
    (Kind::Calendar, paths!("calendars", "{id}")),
    (Kind::List, paths!("lists", "{id}")),
    (Kind::Number, paths!("numbers", "{number}")),
];

/// The route of a method and a path.
#[must_use]
pub fn find(method: Method, path: &str) -> Found<'_> {
    let method = match method {
        Method::Head => Method::Get,
        method => method,
    };
    let mut others = Vec::new();
    for route in ROUTES.iter() {
        let Some(values) = values(route.path, path) else {
            continue;
        };
        if route.method == method {
            return Found::Route(route, values);
        }
        if !others.contains(&route.method) {
            others.push(route.method);
            if route.method == Method::Get {
                others.push(Method::Head);
            }
        }
    }
    if others.is_empty() {
        Found::Nothing
    } else {
        Found::OtherMethods(others)
    }
}

/// What stands for the placeholders of a pattern, if a path fits it.
fn values<'p>(pattern: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let mut values = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            values.push(segment);
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_path_leads_to_one_route_and_its_values() {
        let check =
            |method, path: &str, expected: &str, expected_values: &[&str]| match find(method, path)
            {
                Found::Route(route, values) => {
                    assert_eq!((route.path, values.as_slice()), (expected, expected_values));
                }
                other => panic!("{path}: {other:?}"),
            };
        check(Method::Get, "/api/menus", "/api/menus", &[]);
        check(
            Method::Head,
            "/api/menus/acme",
            "/api/menus/{id}",
            &["acme"],
        );
        check(
            Method::Get,
            "/api/menus/acme/versions/12",
            "/api/menus/{id}/versions/{version}",
            &["acme", "12"],
        );
        check(
            Method::Put,
            "/api/calendars/office/override",
            "/api/calendars/{id}/override",
            &["office"],
        );
        for nothing in [
            "/api/",
            "/api/menus/",
            "/api/menus/acme/x",
            "/api/nothing",
            "/api//me",
        ] {
            let found = find(Method::Get, nothing);
            let is_nothing = match &found {
                Found::Nothing => true,
                Found::Route(_, values) => values.contains(&""),
                Found::OtherMethods(_) => false,
            };
            assert!(is_nothing, "{nothing}: {found:?}");
        }
        let Found::OtherMethods(methods) = find(Method::Post, "/api/menus/acme") else {
            panic!("POST on a document");
        };
        assert_eq!(
            methods,
            [Method::Get, Method::Head, Method::Put, Method::Delete]
        );
    }
}
