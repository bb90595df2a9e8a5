//! The laws of the engine, over generated menus and generated callers.
//!
//! `PROPTEST_CASES=5000 cargo test -p ivr --test laws` looks harder.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;

mod dialled;
mod texts;

use std::fmt::Debug;
use std::sync::Arc;

use common::generate::{
    Act, CALENDAR, LIST, Menus, SECRET, act, error, look_up, menus, wild_menus,
};
use common::{BASE, CONVERSATION, House, caller, compile, token};
use ivr::policy::Destination;
use ivr::{Caller, Compiled, Facts, Need, Reply, Sealer, State, Step};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
// In a worker: a law takes seconds, and the page must answer the driver meanwhile.
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Tries a law on generated cases; the same ones wherever it runs.
fn holds<S: Strategy>(few: u32, cases: S, law: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: Debug,
{
    let few = if cfg!(target_arch = "wasm32") {
        few / 4
    } else {
        few
    };
    let cases_to_run = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(few);
    let config = Config {
        cases: cases_to_run,
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    if let Err(failure) = TestRunner::new_with_rng(config, rng).run(&cases, law) {
        panic!("{failure}");
    }
}

fn house(menus: &Menus) -> House {
    let mut house = House::new([("m", menus.main.as_str()), ("sub", menus.sub.as_str())])
        .calendar("c", CALENDAR)
        .list("l", LIST);
    house.lookup = look_up;
    house
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_menus_the_laws_are_tried_on_pass_the_check() {
    holds(64, menus(), |menus| {
        let found = menus.pass();
        prop_assert!(
            found.is_empty(),
            "{}",
            found
                .iter()
                .map(|found| format!("{found}\n"))
                .collect::<String>()
        );
        Ok(())
    });
}

fn callers() -> impl Strategy<Value = Caller<'static>> {
    let from = prop_oneof![
        Just("447700900001"),
        Just("+33612345678"),
        Just("anonymous"),
        Just(""),
        Just(".."),
        Just("a\r\nb: \u{1}\u{7f}"),
        Just("<&\"'>\\")
    ];
    (
        from,
        prop_oneof![Just("442079460000"), Just("support-user")],
        any::<bool>(),
    )
        .prop_map(|(from, to, outbound)| Caller {
            from,
            to,
            direction: match outbound {
                true => ivr::Direction::Outbound,
                false => ivr::Direction::Inbound,
            },
            sip_headers: &[
                ("X-Class", "gold"),
                (
                    "X-Long",
                    "a header that is longer than anybody needs it to be",
                ),
            ],
            ..caller()
        })
}

/// A call: its replies, until it ends or the caller has nothing more to do.
/// Every state goes through its seal.
fn call(house: &House, caller: &Caller<'_>, acts: &[Act], mut seen: impl FnMut(&Reply)) -> State {
    let reply = house.answer("m", caller);
    seen(&reply);
    let mut state = reply.state.clone();
    for act in acts {
        let sealed = house.sealer.seal(&state);
        state = house.sealer.open(&sealed, CONVERSATION, house.now).unwrap();
        if let Step::Reply(reply) = act.with(|event| house.step(&state, event)) {
            seen(&reply);
            state = reply.state;
        }
    }
    state
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    proptest::collection::vec(act(), 0..40)
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn law_1_deterministic_a_retried_webhook_gets_the_same_bytes() {
    holds(48, (menus(), callers(), acts()), |(menus, caller, acts)| {
        // Two houses share nothing but what they were told.
        let (one, other) = (house(&menus), house(&menus));
        let first = one.answer("m", &caller);
        prop_assert_eq!(&first, &other.answer("m", &caller));
        let mut state = first.state;
        for act in &acts {
            let once = act.with(|event| one.step(&state, event));
            let again = act.with(|event| other.step(&state, event));
            prop_assert_eq!(&once, &again);
            if let Step::Reply(reply) = once {
                state = reply.state;
            }
        }
        Ok(())
    });
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn law_2_pinned_a_call_ends_on_the_version_it_began_on() {
    holds(
        96,
        (menus(), menus(), callers(), acts()),
        |(before, after, caller, acts)| {
            let house = house(&before);
            let published: Vec<Arc<Compiled>> = vec![
                Arc::new(compile("m", &after.main)),
                Arc::new(compile("sub", &after.sub)),
            ];
            let all: Vec<Arc<Compiled>> = house
                .menus
                .values()
                .cloned()
                .chain(published.iter().cloned())
                .collect();
            let calm: Vec<String> = {
                let mut nccos = Vec::new();
                call(&house, &caller, &acts, |reply| {
                    nccos.push(reply.ncco.clone())
                });
                nccos
            };
            // The same call, while every id already points to another menu: only a
            // menu not entered yet may be the new one, so both are entered before.
            let mut state = house.answer("m", &caller).state;
            let mut disturbed = vec![house.answer("m", &caller).ncco];
            let mut entered: Vec<String> = vec!["m".to_owned()];
            for act in &acts {
                let step = act.with(|event| {
                    let mut facts = Facts::new();
                    loop {
                        let needs = match ivr::step(&house.context(), &state, event, &facts) {
                            Step::Need(needs) => needs,
                            done => return done,
                        };
                        for need in needs {
                            match need {
                                Need::Menu(id) => {
                                    assert!(
                                        !entered.contains(&id),
                                        "the pointer is read once: {id}"
                                    );
                                    facts.add_menu(&id, house.menus.get(&id).cloned());
                                }
                                Need::Version(version) => {
                                    facts.add_version(
                                        version,
                                        all.iter().find(|menu| *menu.version() == version).cloned(),
                                    );
                                }
                                Need::Calendar(id) => {
                                    facts.add_calendar(&id, house.calendars.get(&id).cloned())
                                }
                                Need::List(id) => {
                                    facts.add_list(&id, house.lists.get(&id).cloned())
                                }
                                Need::Lookup(request) => {
                                    facts.add_lookup(request.key, look_up(&request))
                                }
                            }
                        }
                    }
                });
                if let Step::Reply(reply) = step {
                    for trace in &reply.trace {
                        let known = house.menus.get(&trace.menu).map(|menu| *menu.version());
                        prop_assert_eq!(Some(trace.version), known);
                        if let Some(menu) = trace
                            .target
                            .strip_prefix("menu:")
                            .and_then(|rest| rest.split('/').next())
                        {
                            entered.push(menu.to_owned());
                        }
                    }
                    disturbed.push(reply.ncco);
                    state = reply.state;
                }
            }
            prop_assert_eq!(calm, disturbed);
            Ok(())
        },
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn law_3_total_every_input_is_answered_from_every_node() {
    holds(
        192,
        (menus(), callers(), acts(), act()),
        |(menus, caller, acts, last)| {
            let house = house(&menus);
            let mut heard = String::new();
            let state = call(&house, &caller, &acts, |reply| {
                if !reply.trace.is_empty() {
                    heard.clone_from(&reply.ncco);
                }
            });
            // Whatever the call waits for, whatever comes is answered.
            match last.with(|event| house.step(&state, event)) {
                Step::Reply(reply) => prop_assert!(reply.ncco.len() > 2),
                Step::Continue => {}
                Step::Need(needs) => prop_assert!(false, "{:?}", needs),
            }
            // And each URL the platform was given moves the call on.
            let failed = Act::Connect(ivr::ConnectOutcome::Failed);
            let routes = [
                ("input", Act::Silence),
                ("notify", Act::Notify),
                ("connect", failed),
                ("whisper", Act::Whisper),
            ];
            for (route, act) in routes {
                if heard.contains(&format!("/webhooks/{route}?")) {
                    let step = act.with(|event| house.step(&state, event));
                    prop_assert!(
                        matches!(step, Step::Reply(_)),
                        "{} leads nowhere: {}",
                        route,
                        heard
                    );
                }
            }
            Ok(())
        },
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn law_4_bounded_who_errs_reaches_an_end_and_who_goes_round_meets_the_limit() {
    let errors = || proptest::collection::vec(error(), 0..6);
    holds(
        64,
        (menus(), callers(), errors(), acts()),
        |(menus, caller, errors, acts)| bounded(&menus, &caller, &errors, &acts),
    );
    // What the check lets pass is bounded, too, whatever it looks like.
    holds(
        192,
        (wild_menus(), callers(), errors(), acts()),
        |(menus, caller, errors, acts)| {
            if !menus.pass().is_empty() {
                return Ok(());
            }
            bounded(&menus, &caller, &errors, &acts)
        },
    );
}

fn bounded(
    menus: &Menus,
    caller: &Caller<'_>,
    errors: &[Act],
    acts: &[Act],
) -> Result<(), TestCaseError> {
    let house = house(menus);
    // Whatever the caller did before, from then on only errors.
    let mut state = call(&house, caller, acts, |_| {});
    let silence = [Act::Silence];
    let errors = if errors.is_empty() { &silence } else { errors };
    for (steps, act) in errors.iter().cycle().enumerate() {
        // What the platform sends depends on what the call waits for.
        let fitting = [
            act,
            &Act::Silence,
            &Act::Connect(ivr::ConnectOutcome::Busy),
            &Act::Notify,
        ];
        let moved =
            fitting
                .into_iter()
                .find_map(|act| match act.with(|event| house.step(&state, event)) {
                    Step::Reply(reply) => Some(reply),
                    _ => None,
                });
        let Some(reply) = moved else { break };
        // Only the limit would end it, and that is not for those who err.
        let limited = reply
            .trace
            .iter()
            .any(|trace| trace.cause == ivr::Cause::Limit);
        prop_assert!(!limited || state.position() != reply.state.position() || steps < 600);
        state = reply.state;
        prop_assert!(steps < 600, "still going at {:?}", state.position());
    }
    // Who goes round and round, too.
    let mut entered = 0;
    let round = vec![acts.to_vec(); 1 + 200 / acts.len().max(1)].concat();
    call(&house, caller, &round, |reply| {
        entered += reply
            .trace
            .iter()
            .filter(|trace| trace.attempt == 0 && trace.target != "@hangup")
            .count();
    });
    prop_assert!(entered < 400, "entered {} nodes", entered);
    Ok(())
}

/// Every reply to generated callers of generated menus obeys; `law` says what is wrong with one.
fn every_reply(law: impl Fn(&Reply) -> Vec<String>) {
    holds(
        192,
        (menus(), callers(), acts()),
        |(menus, caller, acts)| {
            let house = house(&menus);
            let mut wrong = Vec::new();
            call(&house, &caller, &acts, |reply| wrong.extend(law(reply)));
            prop_assert!(wrong.is_empty(), "{:?}", wrong);
            Ok(())
        },
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn law_5_valid_every_ncco_is_one_the_platform_accepts() {
    every_reply(|reply| {
        let mut wrong = Vec::new();
        let ncco = ncco::Ncco::from_json(reply.ncco.as_bytes()).unwrap();
        if !ncco.validate().is_empty() {
            wrong.push(format!("{:?} in {}", ncco.validate(), reply.ncco));
        }
        // What the crate writes, the crate reads back the same.
        let canonical: serde_json::Value = serde_json::from_str(&reply.ncco).unwrap();
        if canonical != serde_json::from_str::<serde_json::Value>(&ncco.to_json()).unwrap() {
            wrong.push(format!("not canonical: {}", reply.ncco));
        }
        wrong
    });
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn law_6_secret_what_a_secret_field_collects_goes_to_the_lookup_alone() {
    let acts = proptest::collection::vec(prop_oneof![3 => Just(Act::Secret), 2 => act()], 0..30);
    holds(64, (menus(), callers(), acts), |(menus, caller, acts)| {
        let house = house(&menus);
        let mut state = house.answer("m", &caller).state;
        for act in &acts {
            let secret = state.expects_secret();
            let (step, needs) = act.with(|event| {
                house.satisfy(|facts| ivr::step(&house.context(), &state, event, facts))
            });
            let Step::Reply(reply) = step else { continue };
            let input = !matches!(act, Act::Connect(_) | Act::Whisper | Act::Notify);
            prop_assert_eq!(reply.secret_input, secret && input);
            if secret {
                let all = format!(
                    "{reply:?} {:?}",
                    reply
                        .trace
                        .iter()
                        .map(|trace| trace.cause.to_string())
                        .collect::<Vec<_>>()
                );
                prop_assert!(!all.contains(SECRET), "{}", all);
                for need in &needs {
                    // Its headers and body are the only place; it is not for logs.
                    let shown = format!("{need:?}");
                    prop_assert!(!shown.contains(SECRET), "{}", shown);
                    if let Need::Lookup(request) = need {
                        prop_assert!(!request.url.contains(SECRET));
                    }
                }
            }
            // A secret entered where none was asked for is the caller's own doing.
            if format!("{:?}", reply.state).contains(SECRET) {
                break;
            }
            state = reply.state;
        }
        Ok(())
    });
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn law_7_sealed_state_is_small_bound_to_its_call_and_cannot_be_changed() {
    let change = (any::<proptest::sample::Index>(), 1u8..=255);
    holds(
        96,
        (menus(), callers(), acts(), change),
        |(menus, caller, acts, (place, bits))| {
            let house = house(&menus);
            let mut tokens = Vec::new();
            let state = call(&house, &caller, &acts, |reply| {
                tokens.extend(token(&reply.ncco).map(str::to_owned))
            });
            for token in &tokens {
                prop_assert!(token.len() <= 1500, "{}", token.len());
                prop_assert!(token.len() < 512, "{} for an ordinary call", token.len());
            }
            let token = house.sealer.seal(&state);
            let open =
                |token: &str, conversation: &str, now| house.sealer.open(token, conversation, now);
            prop_assert_eq!(open(&token, CONVERSATION, house.now), Ok(state.clone()));
            prop_assert_eq!(
                open(&token, "CON-of-somebody-else", house.now),
                Err(ivr::StateError::Forged)
            );
            let late = house.now + jiff::SignedDuration::from_hours(27);
            prop_assert_eq!(
                open(&token, CONVERSATION, late),
                Err(ivr::StateError::Expired)
            );
            // No character can be another, none can be missing.
            let mut changed = token.clone().into_bytes();
            let at = place.index(changed.len());
            let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let old = alphabet
                .iter()
                .position(|letter| *letter == changed[at])
                .unwrap();
            changed[at] = alphabet[(old + usize::from(bits)) % 64];
            let changed = String::from_utf8(changed).unwrap();
            if changed != token {
                prop_assert!(open(&changed, CONVERSATION, house.now).is_err());
            }
            prop_assert!(open(&token[..at], CONVERSATION, house.now).is_err());
            // A new key opens what the previous one sealed, and nothing older.
            let rotated = Sealer::new("a new key", Some("a key for tests"));
            prop_assert_eq!(
                rotated.open(&token, CONVERSATION, house.now),
                Ok(state.clone())
            );
            prop_assert!(
                Sealer::new("a new key", None)
                    .open(&token, CONVERSATION, house.now)
                    .is_err()
            );
            // Nothing of the call can be read in it, nor does it grow the URL's base.
            prop_assert!(!token.contains(CONVERSATION) && !BASE.contains(&token));
            Ok(())
        },
    );
}

/// Each URL of ours in an NCCO: its path, its token, and the menu it names in clear.
fn urls(ncco: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for text in ncco.split('"').filter(|text| text.contains("?s=")) {
        let (path, rest) = text.split_once("?s=").unwrap();
        let rest = rest.strip_suffix("&call=outbound").unwrap_or(rest);
        let (token, menu) = rest.split_once("&m=").unwrap_or((rest, ""));
        found.push((path.to_owned(), token.to_owned(), menu.to_owned()));
    }
    found
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_lost_call_stays_in_its_menu() {
    holds(96, (menus(), callers(), acts()), |(menus, caller, acts)| {
        let house = house(&menus);
        let began = house.answer("m", &caller);
        let mut replies = Vec::new();
        call(&house, &caller, &acts, |reply| {
            replies.push(reply.ncco.clone())
        });
        for ncco in &replies {
            for (path, token, menu) in urls(ncco) {
                // Whatever is wrong with the state, the URL says which menu the call began in, and
                // that menu begins as it did.
                prop_assert_eq!(&menu, "m", "{} of {}", path, ncco);
                prop_assert_eq!(&house.answer(&menu, &caller).ncco, &began.ncco);
                let foreign = house.sealer.open(&token, "CON-of-somebody-else", house.now);
                match path.ends_with("/whisper") {
                    // Whoever is called hears it, in whichever conversation they are.
                    true => {
                        let state = foreign.unwrap();
                        prop_assert!(state.is_unbound());
                        let heard = house.step(&state, &ivr::Event::Whisper);
                        prop_assert!(matches!(heard, Step::Reply(_)), "{:?}", heard);
                    }
                    false => prop_assert!(foreign.is_err()),
                }
            }
        }
        Ok(())
    });
}
