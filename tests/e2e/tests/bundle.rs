//! The module that is deployed, read by other engines than the one it runs in.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::root;

fn module() -> PathBuf {
    let module = root().join("build/index_bg.wasm");
    assert!(
        module.exists(),
        "the Worker is not built: run the tests with `make test`, or `scripts/build` first"
    );
    module
}

#[test]
fn node_compiles_the_module() {
    let script = "WebAssembly.compile(require('node:fs').readFileSync(process.argv[1])).then(() => console.log('compiled'), (error) => console.log(error.message))";
    let output = Command::new(root().join("node_modules/.bin/node"))
        .args(["-e", script])
        .arg(module())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "compiled");
}

#[test]
fn chromium_compiles_the_module() {
    let folder = std::env::temp_dir().join(format!("edge-ivr-bundle-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let page = folder.join("page.html");
    let encoded = STANDARD.encode(fs::read(module()).unwrap());
    let text = format!(
        "<body>waiting<script>\
         const bytes = Uint8Array.from(atob(\"{encoded}\"), (letter) => letter.charCodeAt(0));\
         const say = (words) => {{ document.body.textContent = words; }};\
         try {{ new WebAssembly.Module(bytes); say(\"compiled\"); }} catch (error) {{ say(error.message); }}\
         </script></body>"
    );
    fs::write(&page, text).unwrap();
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let _ = fs::remove_dir_all(&folder);
    assert!(
        shown.contains("<body>compiled</body>"),
        "{}\n{}",
        shown.chars().take(500).collect::<String>(),
        String::from_utf8_lossy(&output.stderr)
    );
}
