//! A reply names what it dials.

use super::*;

/// What an NCCO calls, read out of its text: numbers, SIP addresses, extensions.
fn dialled(ncco: &str) -> Vec<Destination> {
    let ncco: serde_json::Value = serde_json::from_str(ncco).unwrap();
    let actions = ncco.as_array().unwrap().iter();
    let endpoints = actions.filter_map(|action| action.get("endpoint")?.as_array());
    endpoints
        .flatten()
        .filter_map(|endpoint| {
            let member = |name: &str| endpoint[name].as_str().unwrap_or_default().to_owned();
            match endpoint["type"].as_str()? {
                "phone" => Some(Destination::Number(member("number"))),
                "sip" => Some(Destination::Sip(member("uri"))),
                "vbc" => Some(Destination::Extension(member("extension"))),
                _ => None,
            }
        })
        .collect()
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_reply_names_what_its_ncco_dials() {
    every_reply(|reply| {
        let named: Vec<Destination> = reply.dials.iter().cloned().collect();
        match named == dialled(&reply.ncco) {
            true => Vec::new(),
            false => vec![format!("{named:?} in {}", reply.ncco)],
        }
    });
}
