use super::*;

/// A document that takes so much room: what is in it does not matter here.
fn entry(length: usize, read_ms: f64) -> Entry {
    Entry {
        good: Some(number()),
        length,
        ..Entry::unknown(read_ms)
    }
}

fn number() -> Document {
    Document::read("number:4420", r#"{"menu":"acme"}"#).unwrap()
}

fn keys(memory: &Memory) -> Vec<&str> {
    memory.documents.entries.keys().map(AsRef::as_ref).collect()
}

/// A menu of `nodes` nodes as an operator writes one: no two prompts are the same, and its words
/// are of some thousands.
fn menu_text(seed: usize, nodes: usize) -> String {
    const SOUNDS: [&str; 24] = [
        "de", "liv", "er", "re", "turn", "bill", "ing", "pair", "op", "en", "work", "shop", "part",
        "ap", "point", "count", "press", "job", "night", "sur", "ance", "ord", "dam", "age",
    ];
    let mut drawn = seed.wrapping_mul(0x9E37_79B9) + 1;
    let mut draw = |below: usize| {
        drawn ^= drawn << 13;
        drawn ^= drawn >> 7;
        drawn ^= drawn << 17;
        drawn % below
    };
    let mut words = |count: usize| {
        let word = |sounds: [usize; 3]| sounds.map(|at| SOUNDS[at % SOUNDS.len()]).concat();
        let all: Vec<String> = (0..count)
            .map(|_| word([draw(24), draw(24), draw(24)]))
            .collect();
        all.join(" ")
    };
    let mut all = Vec::new();
    for at in 0..nodes {
        let next = (at + 1) % nodes;
        let (say, one, two) = (words(11), words(1), words(1));
        all.push(format!(
            r#""n{at}":{{"kind":"menu","prompt":"{say}","choices":{{"1":{{"label":"{one}","then":"n{next}"}},"2":{{"label":"{two}","then":"bye"}}}},"no_input":{{"tries":2,"prompts":["Sorry, I did not hear you."],"then":"bye"}},"no_match":{{"tries":2,"prompts":["That is not one of the options."],"then":"bye"}}}}"#,
        ));
    }
    format!(
        r#"{{"title":"Tenant {seed}","start":"n0","voice":{{"language":"en-GB"}},"nodes":{{{},"bye":{{"kind":"hangup","prompt":"Goodbye."}}}}}}"#,
        all.join(",")
    )
}

#[test]
fn what_was_not_asked_for_longest_is_forgotten_first() {
    let mut memory = Memory::default();
    for (key, read_ms) in [("menu:a", 900.0), ("menu:b", 10.0), ("menu:c", 20.0)] {
        memory.remember(key, entry(REMEMBERED / 3 - EACH, read_ms), 0.0);
    }
    memory.remember("menu:d", entry(100, 1000.0), 500.0);
    assert_eq!(keys(&memory), ["menu:a", "menu:c", "menu:d"]);
}

#[test]
fn documents_called_in_turn_mostly_stay() {
    let mut memory = Memory::default();
    let keys: Vec<String> = (0..100).map(|at| format!("menu:{at:02}")).collect();
    let mut read = 0;
    for round in 0..10 {
        for key in &keys {
            if memory.get(key).is_some() {
                continue;
            }
            read += usize::from(round > 0);
            // Room for eighty of the hundred.
            memory.remember(key, entry(REMEMBERED / 80 - EACH, 1000.0), 0.0);
            assert!(memory.documents.room <= REMEMBERED);
        }
    }
    assert!(read < 9 * 25, "{read} of 900 had to be read again");
}

#[test]
fn room_is_counted_once_for_a_document_that_is_read_again() {
    let mut memory = Memory::default();
    for length in [1000, 50, 7000] {
        memory.remember("menu:a", entry(length, 0.0), 0.0);
    }
    assert_eq!(memory.documents.room, 7000 + EACH);
    assert_eq!(memory.documents.ready_room, 7000);
    memory.remember("menu:a", Entry::unknown(0.0), 0.0);
    assert_eq!((memory.documents.room, memory.absent.room), (0, EACH));
    assert!(memory.documents.by_age.is_empty() && memory.documents.ready.is_empty());
}

#[test]
fn numbers_nobody_has_push_out_no_document() {
    let mut memory = Memory::default();
    memory.remember("number:4420", entry(40, 0.0), 0.0);
    for number in 0..200_000 {
        memory.remember(&format!("number:1{number:08}"), Entry::unknown(1.0), 0.0);
    }
    assert!(memory.get("number:4420").is_some());
    assert!(memory.absent.room <= ABSENT, "{}", memory.absent.room);
    assert!(memory.get("number:100199999").is_some());
}

/// Looking through everything for each one that is forgotten takes minutes here.
#[test]
fn a_large_menu_among_many_numbers_finds_its_room_at_once() {
    let mut memory = Memory::default();
    for number in 0..156_000 {
        memory.remember(&format!("number:44{number:08}"), entry(22, 1.0), 0.0);
    }
    let before = memory.documents.entries.len();
    memory.remember("menu:large", entry(700_000, 2.0), 0.0);
    let gone = before + 1 - memory.documents.entries.len();
    assert!((1_800..1_900).contains(&gone), "{gone}");
    assert!(memory.documents.room <= REMEMBERED);
}

/// 5,000 tenants with menus of 100 nodes: 175 MB of text and more, in 48. What is read of KV an
/// answer, once everybody has called: the menus' share; that of the numbers is all remembered.
#[test]
fn five_thousand_tenants_rarely_wait_for_their_menus() {
    const TENANTS: usize = 5_000;
    let samples: Vec<(usize, Rc<[u8]>)> = (0..8)
        .map(|seed| menu_text(seed, 100))
        .map(|text| (text.len(), pack(&text)))
        .collect();
    let mut memory = Memory::default();
    let (mut answers, mut reads, mut unpacked) = (0, 0, 0);
    let mut drawn: usize = 88_172_645_463_325_252;
    for round in 0..8 {
        for at in 0..TENANTS {
            // In turn, and at random: numbers rotate in both ways.
            drawn ^= drawn << 13;
            drawn ^= drawn >> 7;
            drawn ^= drawn << 17;
            let tenant = if round % 2 == 0 { at } else { drawn % TENANTS };
            let (length, packed) = &samples[tenant % samples.len()];
            let key = format!("menu:tenant-{tenant}");
            let known = memory.get(&key).cloned();
            let is_counted = round >= 2;
            answers += usize::from(is_counted);
            match known {
                Some(entry) if entry.good.is_some() => {}
                Some(mut entry) => {
                    unpacked += usize::from(is_counted);
                    entry.good = Some(number());
                    memory.remember(&key, entry, 0.0);
                }
                None => {
                    reads += usize::from(is_counted);
                    let packed = memory.is_short().then(|| Rc::clone(packed));
                    let entry = Entry {
                        packed,
                        ..entry(*length, 1.0)
                    };
                    memory.remember(&key, entry, 0.0);
                }
            }
            assert!(memory.documents.room <= REMEMBERED);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let (reads, unpacked) = (
        reads as f64 / answers as f64,
        unpacked as f64 / answers as f64,
    );
    println!(
        "{reads:.3} KV reads and {unpacked:.2} unpacked an answer; a text of {} packs to {}",
        samples[0].0,
        samples[0].1.len()
    );
    assert!(reads <= 0.5, "{reads} reads an answer");
}

#[test]
fn a_packed_menu_is_the_menu_it_was() {
    let text = menu_text(3, 10);
    let Document::Menu(menu) = Document::read("menu:acme", &text).unwrap() else {
        panic!("not a menu");
    };
    let mut entry = Entry {
        packed: Some(pack(&text)),
        length: text.len(),
        ..Entry::unknown(0.0)
    };
    entry.unpack("menu:acme");
    let Some(Document::Menu(again)) = entry.good else {
        panic!("it does not unpack");
    };
    assert_eq!(menu.version(), again.version());
    assert!(menu.node_ids().eq(again.node_ids()));
}

#[test]
fn a_copy_is_believed_for_an_hour() {
    let mut memory = Memory::default();
    let version = Version::from_bytes([1; 32]);
    assert!(!memory.is_kept("acme", &version, 0.0));
    memory.keep("acme", version, 0.0);
    assert!(memory.is_kept("acme", &version, KEPT_FOR_MS - 1.0));
    assert!(!memory.is_kept("acme", &version, KEPT_FOR_MS));
    assert!(!memory.is_kept("other", &version, 0.0));
    assert!(!memory.is_kept("acme", &Version::from_bytes([2; 32]), 0.0));
}
