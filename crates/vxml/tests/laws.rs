//! Every document, over the menus and callers that the laws of the engine are tried on.
//!
//! `PROPTEST_CASES=5000 cargo test -p vxml --features structure --test laws` looks harder.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../../ivr/tests/common/mod.rs"]
mod common;

use common::generate::{Act, CALENDAR, LIST, Menus, act, look_up, menus, wild_menus};
use common::{BASE, CONVERSATION, House, caller};
use ivr::{Caller, Step};
use proptest::prelude::*;
use vxml::{Apology, Links, Session, Transfer, structure};

const APOLOGY: Apology<'_> = Apology {
    text: "We are sorry. Goodbye.",
    language: Some("en-GB"),
};

fn cases(few: u32) -> u32 {
    let cases = std::env::var("PROPTEST_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(few)
}

fn document(ncco: &str, session: &Session) -> String {
    let links = Links {
        base_url: BASE,
        token: "a token & more",
        session,
    };
    let ncco = serde_json::from_str(ncco).unwrap();
    vxml::render(&ncco, &links, APOLOGY)
}

fn house(menus: &Menus) -> House {
    let mut house = House::new([("m", menus.main.as_str()), ("sub", menus.sub.as_str())])
        .calendar("c", CALENDAR)
        .list("l", LIST);
    house.lookup = look_up;
    house
}

/// Plays a call, and looks at each of its documents.
fn play(
    menus: &Menus,
    caller: &Caller<'_>,
    acts: &[Act],
    transfer: Transfer,
) -> Result<(), TestCaseError> {
    let session = Session {
        id: CONVERSATION.to_owned(),
        from: caller.from.to_owned(),
        to: caller.to.to_owned(),
        began: "1764230400000".to_owned(),
        transfer,
    };
    let house = house(menus);
    let judge = |ncco: &str| {
        let document = document(ncco, &session);
        let faults = structure::faults(&document);
        prop_assert!(
            faults.is_empty(),
            "{:?} in {} of {}",
            faults,
            document,
            ncco
        );
        // No address leads past the routes that let a browser in.
        prop_assert!(!document.contains("/webhooks/"), "{}", document);
        Ok(())
    };
    let reply = house.answer("m", caller);
    judge(&reply.ncco)?;
    let mut state = reply.state;
    for act in acts {
        if let Step::Reply(reply) = act.with(|event| house.step(&state, event)) {
            judge(&reply.ncco)?;
            state = reply.state;
        }
    }
    Ok(())
}

fn callers() -> impl Strategy<Value = Caller<'static>> {
    let from = prop_oneof![
        Just("447700900001"),
        Just("anonymous"),
        Just(""),
        Just("a\r\nb: \u{1}\u{7f}\u{ffff}"),
        Just("<&\"'>\\]]>"),
    ];
    from.prop_map(|from| Caller { from, ..caller() })
}

fn transfers() -> impl Strategy<Value = Transfer> {
    prop_oneof![Just(Transfer::Bridge), Just(Transfer::Blind)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(96), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_document_has_the_structure_of_voicexml(
        menus in menus(), caller in callers(), acts in proptest::collection::vec(act(), 0..24), transfer in transfers(),
    ) {
        play(&menus, &caller, &acts, transfer)?;
    }

    #[test]
    fn so_has_every_document_of_a_menu_whose_author_was_wild(
        menus in wild_menus(), caller in callers(), acts in proptest::collection::vec(act(), 0..24), transfer in transfers(),
    ) {
        if menus.pass().is_empty() {
            play(&menus, &caller, &acts, transfer)?;
        }
    }

    #[test]
    fn whatever_a_talk_holds_the_document_stays_one(
        text in "(<speak>)?([a-z <>&;/='\"\u{0}\u{b}\u{ffff}]|<(p|s|emphasis|sub|lang|x:y|audio|break|say-as)( alias=\"a\"| xml:lang='de'| time=\"1s\"| y='<')?/?>|</(p|s|emphasis|sub|lang)>|&#0;|&lt;|]]>|<!--|-->){0,30}(</speak>)?",
        level in proptest::option::of(-1.0..1.0f64),
        url in "https://[a-z<>&\"' ]{0,12}",
    ) {
        let ncco = serde_json::json!([
            { "action": "talk", "text": text, "level": level, "loop": 2 },
            { "action": "input", "type": ["dtmf", "speech"], "speech": { "context": [text, url] }, "eventUrl": ["https://a/webhooks/input?s=x"] },
        ]);
        let document = document(&ncco.to_string(), &Session::default());
        let faults = structure::faults(&document);
        prop_assert!(faults.is_empty(), "{:?} in {}", faults, document);
    }

    #[test]
    fn whatever_is_submitted_is_read(
        query in ".{0,80}", kind in proptest::option::of("(multipart/form-data; boundary=b|.{0,30})"), body in proptest::collection::vec(any::<u8>(), 0..200),
        name in ".{0,200}",
    ) {
        let form = vxml::Form::read(&query, kind.as_deref(), &body);
        let session = Session { id: vxml::session_id(&name), ..Session::default() };
        prop_assert!(session.id.starts_with("vxml-") && session.id.len() <= 105);
        for submit in [vxml::Submit::Answer, vxml::Submit::Input, vxml::Submit::Connect, vxml::Submit::Recording, vxml::Submit::Notify, vxml::Submit::Event] {
            for told in vxml::webhook(submit, &session, "1f", &form, Some(vxml::Kept { id: "r", key: "recordings/r/audio" }), 0) {
                prop_assert_eq!(told.members["conversation_uuid"].as_str(), Some(&*session.id));
            }
        }
        prop_assert!(!vxml::callback(vxml::Callback::Status, &form).contains_key("digits"));
    }
}
