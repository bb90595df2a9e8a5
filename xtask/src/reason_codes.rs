//! The page of reason codes, `docs/reason-codes.md`: its prose is `reason-codes.md` beside this
//! file, its tables are made of what the code says of each reason.

use std::collections::BTreeMap;

use api::Reason;

const PROSE: &str = include_str!("reason-codes.md");

/// The page. A line `{{from kv_timeout}}` of the prose becomes a table that begins with that
/// reason and ends before the next such line's.
pub fn page() -> Result<String, String> {
    let about = descriptions()?;
    let starts: Vec<&str> = PROSE.lines().filter_map(start).collect();
    let mut page = String::new();
    let mut reasons = Reason::all().peekable();
    for line in PROSE.lines() {
        let Some(first) = start(line) else {
            page.push_str(line);
            page.push('\n');
            continue;
        };
        if reasons.peek().is_none_or(|reason| reason.code() != first) {
            return Err(format!(
                "reason-codes.md: `{first}` is not the reason that follows the last table"
            ));
        }
        page.push_str("| code | means | what to do |\n|---|---|---|\n");
        let ends = |code: &str| code != first && starts.contains(&code);
        while let Some(reason) = reasons.next_if(|reason| !ends(reason.code())) {
            let code = reason.code();
            let text = about
                .get(code)
                .ok_or_else(|| format!("reason `{code}` has no description"))?;
            let (means, remedy) = text.split_once("\n\n").ok_or_else(|| {
                format!("reason `{code}` needs two paragraphs: what it means, and what to do")
            })?;
            let cell = |text: &str| text.replace('\n', " ").replace('|', "\\|");
            page.push_str(&format!(
                "| `{code}` | {} | {} |\n",
                cell(means),
                cell(remedy)
            ));
        }
    }
    match reasons.next() {
        None => Ok(page),
        Some(left) => Err(format!("reason-codes.md: no table has `{}`", left.code())),
    }
}

fn start(line: &str) -> Option<&str> {
    line.strip_prefix("{{from ")?.strip_suffix("}}")
}

/// What the documentation of each variant says, by code.
fn descriptions() -> Result<BTreeMap<String, String>, String> {
    let schema = schemars::schema_for!(Reason);
    let variants = schema
        .get("oneOf")
        .and_then(|variants| variants.as_array())
        .ok_or("the reasons have no schema by variant")?;
    Ok(variants
        .iter()
        .filter_map(|variant| {
            let text = |name| variant.get(name).and_then(|value| value.as_str());
            Some((text("const")?.to_owned(), text("description")?.to_owned()))
        })
        .collect())
}
