//! What a platform that a menu is meant for cannot do.

use super::Report;
use super::graph::{Graph, NodeOf};
use crate::Code;
use crate::document::{Connect, Endpoint, Kind, Node, Platform};

/// What becomes of what VoiceXML has no means for, as `crates/vxml` renders it.
const ENDS: &str = "the caller hears an apology and the call ends";
const LEFT_OUT: &str = "it is left out";
const FAILS: &str = "it counts as failed";

pub(super) fn find(graph: &Graph<'_>, report: &mut Report<'_>) {
    for (index, menu) in graph.menus.iter().enumerate() {
        let platforms = &menu.entry.document.platforms;
        if !platforms.contains(&Platform::VoiceXml) {
            continue;
        }
        for NodeOf { id, node, .. } in graph.nodes.get(menu.nodes.clone()).unwrap_or_default() {
            in_voicexml(node, &mut |field, what, becomes| {
                let pointer = format!("/nodes/{id}{field}");
                let message = format!("`{id}`: VoiceXML has no means for {what}: {becomes}");
                report.add(index, Code::PlatformCannot, &pointer, message);
            });
        }
    }
}

/// Tells what of a node VoiceXML has no means for: the field, what it is, what becomes of it.
fn in_voicexml(node: &Node, tell: &mut impl FnMut(&str, &str, &str)) {
    match &node.kind {
        Kind::Connect(connect) => of_connect(connect, tell),
        Kind::Conference(_) => tell("", "a conference", ENDS),
        Kind::Transfer(_) => tell("", "moving to a conversation", ENDS),
        Kind::Record(_) => tell("", "recording a call", "nothing is recorded"),
        Kind::Voicemail(voicemail) if voicemail.transcribe.is_some() => {
            tell("/transcribe", "a transcript", LEFT_OUT);
        }
        _ => {}
    }
}

fn of_connect(connect: &Connect, tell: &mut impl FnMut(&str, &str, &str)) {
    for (index, destination) in connect.to.iter().enumerate() {
        let field = match connect.to.len() {
            1 => "/to".to_owned(),
            _ => format!("/to/{index}"),
        };
        match &destination.endpoint {
            Endpoint::App { .. } => tell(&field, "a user of an app", FAILS),
            Endpoint::Websocket { .. } => tell(&field, "a websocket", FAILS),
            Endpoint::Vbc { .. } => tell(&field, "an extension of Vonage's", FAILS),
            Endpoint::Sip { headers, .. } if headers.iter().next().is_some() => {
                tell(&field, "headers of a SIP address", "they are left out");
            }
            Endpoint::Phone { .. } | Endpoint::Sip { .. } => {}
        }
    }
    if !connect.whisper.is_empty() {
        tell("/whisper", "a whisper", LEFT_OUT);
    }
    if connect.machine.is_some() {
        tell(
            "/machine",
            "telling a machine from a person",
            "it counts as a person",
        );
    }
    if connect.from.is_some() {
        tell(
            "/from",
            "the number that is shown",
            "the browser shows its own",
        );
    }
}
