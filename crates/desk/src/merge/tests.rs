//! Each side's changes are there, their text stays as it was, and what collides is told.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const BASE: &str = r#"{
  "title": "Line",
  "start": "main",
  "nodes": {
    "main": { "kind": "menu", "prompt": "Press one.", "choices": { "1": "sales" } },
    "sales": { "kind": "connect", "to": "447700900001", "ring": 20, "otherwise": "bye" },
    "bye": { "kind": "say", "prompt": "Goodbye.", "then": "@hangup" }
  }
}
"#;

fn role() -> Role {
    Role::Menu("line".to_owned())
}

fn merged(mine: &str, theirs: &str) -> Merged {
    merge(&role(), BASE, mine, theirs).unwrap()
}

fn taken(text: &str, collision: &Collision) -> String {
    take_mine(text, &collision.pointer, collision.mine.as_deref()).unwrap()
}

#[test]
fn changes_that_do_not_meet_are_both_made_and_their_text_stays() {
    let mine = BASE.replace("Goodbye.", "Mine.");
    let theirs = BASE
        .replace("Press one.", "Theirs.")
        .replace("\"ring\": 20", "\"ring\":   30");
    let found = merged(&mine, &theirs);
    assert_eq!(found.collisions, []);
    assert_eq!(found.text, theirs.replace("Goodbye.", "Mine."));
}

#[test]
fn steps_that_each_adds_are_both_there() {
    let add = |id: &str| {
        let node = r#"{ "kind": "say", "prompt": "Hello.", "then": "@hangup" }"#;
        edit::set(BASE, &format!("/nodes/{id}"), node).unwrap()
    };
    let found = merged(&add("mine"), &add("theirs"));
    assert_eq!(found.collisions, []);
    let text: Value = serde_json::from_str(&found.text).unwrap();
    assert!(text.pointer("/nodes/mine").is_some() && text.pointer("/nodes/theirs").is_some());
}

#[test]
fn a_place_that_both_changed_stays_theirs_and_is_told_in_sentences() {
    let mine = BASE.replace("Goodbye.", "Mine.").replace("Line", "My line");
    let theirs = BASE.replace("Goodbye.", "Theirs.");
    let found = merged(&mine, &theirs);
    assert!(found.text.contains("Theirs.") && found.text.contains("My line"));
    let [collision] = found.collisions.as_slice() else {
        panic!("{:?}", found.collisions);
    };
    assert_eq!(collision.pointer, "/nodes/bye/prompt");
    assert_eq!(collision.mine.as_deref(), Some("\"Mine.\""));
    assert!(collision.mine_says.concat().contains("Mine."));
    assert!(collision.theirs_says.concat().contains("Theirs."));
    let taken = taken(&found.text, collision);
    assert!(taken.contains("Mine.") && !taken.contains("Theirs."));
}

#[test]
fn a_step_that_one_takes_out_and_the_other_changes_collides_as_a_whole() {
    let without = edit::remove(BASE, "/nodes/bye").unwrap();
    let changed = BASE.replace("Goodbye.", "Another.");
    let theirs_out = merged(&changed, &without);
    assert_eq!(theirs_out.text, without);
    assert_eq!(theirs_out.collisions.len(), 1);
    assert_eq!(theirs_out.collisions[0].pointer, "/nodes/bye");
    assert!(taken(&without, &theirs_out.collisions[0]).contains("Another."));
    let mine_out = merged(&without, &changed);
    assert_eq!(mine_out.text, changed);
    assert_eq!(mine_out.collisions[0].mine, None);
    assert!(!taken(&changed, &mine_out.collisions[0]).contains("Another."));
}

#[test]
fn a_step_that_becomes_another_kind_is_not_mixed_with_the_fields_of_the_old_one() {
    let mine = BASE.replace("\"ring\": 20", "\"ring\": 40");
    let kind = r#"{ "kind": "say", "prompt": "Nobody is here.", "then": "@hangup" }"#;
    let theirs = edit::set(BASE, "/nodes/sales", kind).unwrap();
    let found = merged(&mine, &theirs);
    assert_eq!(found.text, theirs);
    assert_eq!(found.collisions[0].pointer, "/nodes/sales");
}

#[test]
fn what_is_not_json_is_named() {
    let wrong = merge(&role(), BASE, "{", BASE).unwrap_err();
    assert_eq!(wrong.which, "yours");
    assert!(wrong.to_string().starts_with("yours is not JSON: "));
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0_u8..4).prop_map(Value::from),
        "[a-c~/é]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-c~/]{1,2}|kind", inner, 0..4)
                .prop_map(|members| json!(members)),
        ]
    })
}

fn document() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-d]|kind", value(), 0..5).prop_map(|members| json!(members))
}

fn of(base: &Value, mine: &Value, theirs: &Value) -> (Value, Vec<Collision>) {
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let found = merge(&Role::Other, &text(base), &text(mine), &text(theirs)).unwrap();
    (serde_json::from_str(&found.text).unwrap(), found.collisions)
}

proptest! {
    #[test]
    fn one_side_alone_is_that_side(base in document(), changed in document()) {
        prop_assert_eq!(of(&base, &changed, &base), (changed.clone(), Vec::new()));
        prop_assert_eq!(of(&base, &base, &changed), (changed.clone(), Vec::new()));
        prop_assert_eq!(of(&base, &changed, &changed), (changed.clone(), Vec::new()));
    }

    #[test]
    fn who_is_called_mine_decides_collisions_alone(
        base in document(), one in document(), other in document(),
    ) {
        let (there, collisions) = of(&base, &one, &other);
        let (back, others) = of(&base, &other, &one);
        let places = |all: &[Collision]| -> BTreeSet<String> {
            all.iter().map(|one| one.pointer.clone()).collect()
        };
        prop_assert_eq!(places(&collisions), places(&others));
        if collisions.is_empty() {
            prop_assert_eq!(&there, &back);
        }
        // Taking my side of each collision is what they get who call me theirs.
        let text = serde_json::to_string_pretty(&there).unwrap();
        let mine = collisions.iter().fold(text, |text, collision| taken(&text, collision));
        prop_assert_eq!(serde_json::from_str::<Value>(&mine).unwrap(), back);
    }

    #[test]
    fn all_three_that_agree_on_a_member_keep_it(
        base in document(), one in document(), other in document(), kept in value(),
    ) {
        let with = |document: &Value| {
            let mut document = document.clone();
            document["kept"] = kept.clone();
            document
        };
        let (merged, _) = of(&with(&base), &with(&one), &with(&other));
        // A document that becomes another kind is one side's as a whole, and both have it.
        prop_assert_eq!(merged.get("kept"), Some(&kept));
    }
}
