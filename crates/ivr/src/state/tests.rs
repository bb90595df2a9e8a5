use proptest::prelude::*;

use super::seal::{Sealer, StateError};
use super::*;
use crate::document::LONGEST_NAME;

const CONVERSATION: &str = "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab";

fn text(longest: usize) -> impl Strategy<Value = Box<str>> {
    prop_oneof!["[0-9]{0,40}", "[a-z]{40}", "\\PC{0,60}"]
        .prop_map(move |text| clip(&text, longest).into())
}

fn location() -> impl Strategy<Value = NodeLocation> {
    (0u8..8, any::<u16>()).prop_map(|(menu, node)| NodeLocation { menu, node })
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![
        any::<bool>().prop_map(|secret| Mode::Listening { secret }),
        Just(Mode::Confirming),
        any::<u8>().prop_map(|place| Mode::Calling { place }),
        Just(Mode::Pausing),
        Just(Mode::Ending),
    ]
}

/// Any state the engine could make, and larger ones.
fn state() -> impl Strategy<Value = State> {
    use proptest::collection::vec;
    let pin = (text(LONGEST_NAME), any::<[u8; 32]>()).prop_map(|(id, version)| Pin {
        id,
        version: Version::from_bytes(version),
    });
    let variable = (any::<bool>(), text(LONGEST_NAME), text(LONGEST_VALUE)).prop_map(
        |(looked, name, value)| Variable {
            kind: if looked {
                VariableKind::Looked
            } else {
                VariableKind::Collected
            },
            name,
            value,
        },
    );
    (
        (
            500_000u32..600_000,
            any::<u16>(),
            any::<u16>(),
            any::<bool>(),
            any::<bool>(),
            any::<u8>(),
            any::<u8>(),
            any::<bool>(),
        ),
        (
            vec(pin, 1..=MOST_MENUS),
            location(),
            text(LONGEST_NAME),
            mode(),
        ),
        (
            vec((location(), 0u8..9), 0..=MOST_HISTORY),
            vec(location(), 0..=DEEPEST),
            vec((0u8..8, any::<u16>()), 0..=MOST_SEEN),
        ),
        (
            vec(variable, 0..10),
            text(LONGEST_PARTY),
            text(LONGEST_PARTY),
            vec((text(40), text(80)), 0..4),
        ),
    )
        .prop_map(
            |(
                numbers,
                (pins, location, node, mode),
                (history, stack, seen),
                (variables, caller, called, headers),
            )| {
                let (expires, limit, steps, over, short, no_input, no_match, outbound) = numbers;
                State {
                    conversation: CONVERSATION.into(),
                    expires,
                    limit,
                    steps,
                    over,
                    pins,
                    location,
                    node,
                    mode,
                    short,
                    no_input,
                    no_match,
                    history,
                    stack,
                    seen,
                    variables,
                    direction: match outbound {
                        true => Direction::Outbound,
                        false => Direction::Inbound,
                    },
                    caller,
                    called,
                    headers,
                }
            },
        )
}

fn sealer() -> Sealer {
    Sealer::new("a key for tests", Some("an older key"))
}

fn early() -> jiff::Timestamp {
    jiff::Timestamp::UNIX_EPOCH
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::cases(128)))]

    #[test]
    fn a_state_comes_back_as_it_went_but_for_what_does_not_fit(state in state()) {
        let token = sealer().seal(&state);
        prop_assert!(token.len() <= 1500, "{}", token.len());
        let opened = sealer().open(&token, CONVERSATION, early()).unwrap();
        // Only the past of a call is ever left out, and the oldest first.
        prop_assert_eq!(state.direction, opened.direction);
        prop_assert!(state.history.ends_with(&opened.history));
        prop_assert!(state.headers.starts_with(&opened.headers));
        prop_assert!(state.variables.ends_with(&opened.variables));
        let whole = State {
            history: state.history.clone(),
            headers: state.headers.clone(),
            variables: state.variables.clone(),
            ..opened
        };
        prop_assert_eq!(whole, state);
    }

    #[test]
    fn no_nonce_serves_two_messages(one in state(), other in state(), elsewhere in any::<bool>()) {
        let other = State {
            conversation: if elsewhere { "CON-of-another-call".into() } else { CONVERSATION.into() },
            ..other
        };
        // Two characters of format and key id, then 24 bytes are 32 characters.
        let nonce = |state: &State| sealer().seal(state).get(3..34).map(str::to_owned);
        prop_assert_eq!(nonce(&one) == nonce(&other), one == other);
        prop_assert_eq!(sealer().seal(&one), sealer().seal(&one));
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), token in "[A-Za-z0-9_-]{0,90}") {
        let _ = bytes::read(&bytes, CONVERSATION);
        let _ = sealer().open(&token, CONVERSATION, early());
    }

    #[test]
    fn variables_never_outgrow_their_share(values in proptest::collection::vec(("[a-d]", "\\PC{0,150}"), 0..30)) {
        let mut state = State { variables: Vec::new(), ..blank() };
        for (name, value) in &values {
            state.set(VariableKind::Collected, name, value);
            prop_assert_eq!(state.variable(VariableKind::Collected, name), Some(clip(value, LONGEST_VALUE)));
        }
        let size: usize = state.variables.iter().map(|known| known.name.len() + known.value.len()).sum();
        prop_assert!(size <= MOST_VARIABLES);
    }
}

fn blank() -> State {
    State {
        conversation: CONVERSATION.into(),
        expires: 500_000,
        limit: 60,
        steps: 1,
        over: false,
        pins: vec![Pin {
            id: "acme".into(),
            version: Version::from_bytes([7; 32]),
        }],
        location: NodeLocation::default(),
        node: "main".into(),
        mode: Mode::Ending,
        short: false,
        no_input: 0,
        no_match: 0,
        history: Vec::new(),
        stack: Vec::new(),
        seen: Vec::new(),
        variables: Vec::new(),
        direction: Direction::Inbound,
        caller: "447700900001".into(),
        called: "442079460000".into(),
        headers: Vec::new(),
    }
}

#[test]
fn a_token_that_counts_for_nothing_says_why() {
    fn check(token: &str, expected: StateError) {
        assert_eq!(
            sealer().open(token, CONVERSATION, early()),
            Err(expected),
            "{token}"
        );
    }
    let token = sealer().seal(&blank());
    check("", StateError::Malformed);
    check("A", StateError::Malformed);
    check("not base64url!", StateError::Malformed);
    check(&"A".repeat(1501), StateError::Malformed);
    check("AAAA", StateError::UnknownFormat);
    check(
        &Sealer::new("a third key", None).seal(&blank()),
        StateError::UnknownKey,
    );
    check(token.get(..144).unwrap(), StateError::Forged);
    check(&[&token, "AAAA"].concat(), StateError::Forged);
    let other = State {
        conversation: "CON-of-another-call".into(),
        ..blank()
    };
    check(&sealer().seal(&other), StateError::Forged);
    let old = State {
        expires: 0,
        ..blank()
    };
    let late = jiff::Timestamp::from_second(3600).unwrap();
    assert_eq!(
        sealer().open(&sealer().seal(&old), CONVERSATION, late),
        Err(StateError::Expired)
    );
    // What the older key sealed still counts.
    let older = Sealer::new("an older key", None).seal(&blank());
    assert_eq!(sealer().open(&older, CONVERSATION, early()), Ok(blank()));
}

/// A token that a version sealed whose states had no direction.
const BEFORE_DIRECTIONS: &str = "AkbqcC_fYMPgbMrunJoYWZPz3UX-SU7cS6G4ld-LzbnfJDV4s1zuAuC8qVEs_d2zRJAsHwKKQ2vqxOHcb1loeOB9GRitC_IxvtlamKs-z3Dqo4i90D6D5bcNBCFaHZA7MNBKvifi7j2Gcmrg9VO9PSU";

#[test]
fn a_token_from_before_directions_is_that_of_a_call_that_came_in() {
    assert_eq!(sealer().seal(&blank()), BEFORE_DIRECTIONS);
    let opened = sealer().open(BEFORE_DIRECTIONS, CONVERSATION, early());
    assert_eq!(opened, Ok(blank()));
    let placed = State {
        direction: Direction::Outbound,
        ..blank()
    };
    let opened = sealer().open(&sealer().seal(&placed), CONVERSATION, early());
    assert_eq!(opened, Ok(placed));
}

#[test]
fn the_largest_call_keeps_all_it_cannot_do_without() {
    let name: Box<str> = "n".repeat(LONGEST_NAME).into();
    let location = NodeLocation {
        menu: 7,
        node: u16::MAX,
    };
    let state = State {
        pins: (0..MOST_MENUS)
            .map(|_| Pin {
                id: name.clone(),
                version: Version::from_bytes([9; 32]),
            })
            .collect(),
        node: name.clone(),
        history: vec![(location, 8); MOST_HISTORY],
        stack: vec![location; DEEPEST],
        seen: vec![(7, u16::MAX); MOST_SEEN],
        caller: "x".repeat(LONGEST_PARTY).into(),
        called: "x".repeat(LONGEST_PARTY).into(),
        headers: vec![("h".repeat(100).into(), "v".repeat(150).into())],
        variables: (0..3)
            .map(|_| Variable {
                kind: VariableKind::Looked,
                name: name.clone(),
                value: "v".repeat(90).into(),
            })
            .collect(),
        ..blank()
    };
    let token = sealer().seal(&state);
    assert!(token.len() <= 1500);
    let opened = sealer().open(&token, CONVERSATION, early()).unwrap();
    assert_eq!(
        (opened.pins, opened.stack, opened.location),
        (state.pins, state.stack, state.location)
    );
    assert_eq!(sealer().seal(&blank()).len(), 151);
}
