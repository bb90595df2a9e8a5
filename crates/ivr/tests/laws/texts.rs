//! What callers and look-ups say stays text.

use super::*;

/// Every text in JSON, the names of members among them.
fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                found.push(name.clone());
                texts(value, found);
            }
        }
        _ => {}
    }
}

/// Every text that leaves in a call: in NCCOs, in events of ours and in look-ups.
fn leaving(house: &House, caller: &Caller<'_>, acts: &[Act]) -> Vec<String> {
    let mut found = Vec::new();
    let mut take = |reply: &Reply, needs: &[Need]| {
        texts(&serde_json::from_str(&reply.ncco).unwrap(), &mut found);
        for effect in &reply.effects {
            match effect {
                ivr::Effect::Callback { number, .. } => found.push(number.clone()),
                ivr::Effect::Notify { payload, .. } => {
                    texts(&serde_json::from_str(payload).unwrap(), &mut found);
                }
            }
        }
        for need in needs {
            if let Need::Lookup(request) = need {
                found.push(request.url.clone());
                found.extend(request.headers.iter().map(|(_, value)| value.clone()));
                if let Some(body) = &request.body {
                    texts(&serde_json::from_str(body).unwrap(), &mut found);
                }
            }
        }
    };
    let menu = &house.menus["m"];
    let (step, needs) = house.satisfy(|facts| ivr::answer(&house.context(), menu, caller, facts));
    let Step::Reply(reply) = step else {
        panic!("{step:?}")
    };
    take(&reply, &needs);
    let mut state = reply.state;
    for act in acts {
        let (step, needs) = act
            .with(|event| house.satisfy(|facts| ivr::step(&house.context(), &state, event, facts)));
        if let Step::Reply(reply) = step {
            take(&reply, &needs);
            state = reply.state;
        }
    }
    found
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn no_brace_ever_leaves() {
    holds(
        192,
        (menus(), callers(), acts()),
        |(menus, caller, mut acts)| {
            // Braces that a caller speaks are words like others.
            acts.retain(|act| !matches!(act, Act::Speak(text, _) if text.contains(['{', '}'])));
            for text in leaving(&house(&menus), &caller, &acts) {
                prop_assert!(!text.contains("{{") && !text.contains("}}"), "{}", text);
            }
            Ok(())
        },
    );
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn text_is_never_structure() {
    holds(
        192,
        (menus(), callers(), acts()),
        |(menus, caller, acts)| {
            for text in leaving(&house(&menus), &caller, &acts) {
                let schemes = ["https:", "wss:", "sip:"];
                if !schemes.iter().any(|scheme| text.starts_with(scheme)) {
                    continue;
                }
                // An address stays what the menu says: printable, and the host is the menu's.
                prop_assert!(
                    text.bytes().all(|byte| byte.is_ascii_graphic()),
                    "{:?}",
                    text
                );
                let (_, rest) = text.split_once(':').unwrap();
                let host = match rest.strip_prefix("//") {
                    Some(rest) => rest.split(['/', '?', '#']).next().unwrap(),
                    None => rest.split_once('@').unwrap().1,
                };
                prop_assert!(
                    ["example.com", "ivr.example.com"].contains(&host),
                    "{:?}",
                    text
                );
                let path = rest.split(['?', '#']).next().unwrap();
                prop_assert!(
                    path.split('/')
                        .all(|segment| segment != "." && segment != ".."),
                    "{:?}",
                    text
                );
            }
            Ok(())
        },
    );
}
