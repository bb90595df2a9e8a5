//! Any bytes: reading and validating never panic, and what is read and written
//! again reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ncco::Ncco;

fuzz_target!(|bytes: &[u8]| {
    let Ok(read) = Ncco::from_json(bytes) else {
        return;
    };
    let findings = read.validate();
    let written = read.to_json();
    let again = Ncco::from_json(written.as_bytes()).expect("what is written can be read");
    assert_eq!(again, read);
    assert_eq!(again.to_json(), written);
    assert_eq!(again.validate(), findings);
});
