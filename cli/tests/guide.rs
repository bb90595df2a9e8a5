//! The guide in `docs/` says what is so: its documents pass the check, its commands run and print
//! what is shown, and every link between the project's pages leads somewhere.
//!
//! What stands behind the language of a code block says how it is held to:
//!
//! | block | is |
//! |---|---|
//! | `json file=NAME` | written to the page's folder |
//! | `json fragment` | a piece of a document: it must be JSON |
//! | `sh`, `sh exit=N` | run in the page's folder with `ivr` on the PATH, in the folder the block before left off |
//! | `sh` and another word | needs what a test does not have (a Worker, an account): its syntax is checked, and that `ivr` knows the commands and options in it |
//! | `text` after `sh` | each of its lines occurs in what the command printed |

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

type Outcome = Result<(), Box<dyn Error>>;

/// A fenced block of a page.
struct Block {
    line: usize,
    language: String,
    info: String,
    body: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn pages() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut pages: Vec<_> = fs::read_dir(root().join("docs"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    Ok(pages)
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        let Some(fence) = line.strip_prefix("```") else {
            if let Some(block) = &mut open {
                block.body.push_str(line);
                block.body.push('\n');
            }
            continue;
        };
        match open.take() {
            Some(block) => blocks.push(block),
            None => {
                let (language, info) = fence.split_once(' ').unwrap_or((fence, ""));
                open = Some(Block {
                    line: index + 1,
                    language: language.to_owned(),
                    info: info.trim().to_owned(),
                    body: String::new(),
                });
            }
        }
    }
    blocks
}

/// The text without its code blocks and inline code: what links are looked for in.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            for (index, part) in line.split('`').enumerate() {
                if index % 2 == 0 {
                    prose.push_str(part);
                }
            }
            prose.push('\n');
        }
    }
    prose
}

/// The anchor that a heading gets: lower case, blanks as hyphens, without punctuation.
fn anchors(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|heading| {
            heading
                .trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

/// Runs a block's commands. Gives what they printed.
fn run(
    page: &Path,
    block: &Block,
    folder: &Path,
    here: &mut PathBuf,
) -> Result<String, Box<dyn Error>> {
    let expected: i32 = match block.info.strip_prefix("exit=") {
        Some(code) => code.parse()?,
        None => 0,
    };
    let programs = Path::new(env!("CARGO_BIN_EXE_ivr"))
        .parent()
        .ok_or("the command lies in a folder")?;
    let path = std::env::var("PATH").unwrap_or_default();
    let left_off = folder.join(".left-off");
    let script = format!(
        "{}\nstatus=$?\npwd > '{}'\nexit $status",
        block.body,
        left_off.display()
    );
    let output = Command::new("bash")
        .args(["-uo", "pipefail", "-c", &script])
        .current_dir(&here)
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("NO_COLOR", "1")
        .env_remove("IVR_URL")
        .output()?;
    *here = PathBuf::from(fs::read_to_string(&left_off)?.trim());
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(expected),
        "{}:{}: {}\n{printed}",
        page.display(),
        block.line,
        block.body
    );
    Ok(printed)
}

/// The commands of `ivr` in a block, each with the options it is given.
fn commands(body: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let joined = body.replace("\\\n", " ");
    joined
        .lines()
        .filter_map(|line| line.trim().strip_prefix("ivr "))
        .map(|line| {
            let line = line.split('#').next().unwrap_or_default();
            let words: Vec<_> = line.split_whitespace().collect();
            let names = words
                .iter()
                .take_while(|word| word.chars().all(|c| c.is_ascii_lowercase()))
                .take(2)
                .map(|word| (*word).to_owned())
                .collect();
            let options = words
                .iter()
                .filter(|word| word.starts_with("--"))
                .filter_map(|word| word.split('=').next())
                .map(str::to_owned)
                .collect();
            (names, options)
        })
        .collect()
}

/// Checks that `ivr` has a command with these options.
fn knows(names: &[String], options: &[String]) -> Result<(), String> {
    let help = |names: &[String]| {
        Command::new(env!("CARGO_BIN_EXE_ivr"))
            .args(names)
            .arg("--help")
            .env("NO_COLOR", "1")
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .map_err(|error| error.to_string())
    };
    let Some(first) = names.first() else {
        return Err("names no command".to_owned());
    };
    if !help(&[])?.contains(&format!("\n  {first} ")) {
        return Err(format!("there is no command `{first}`"));
    }
    // The second word may be an argument: then the help is that of the first.
    let mut text = help(names)?;
    if text.is_empty() {
        text = help(std::slice::from_ref(first))?;
    }
    match options
        .iter()
        .find(|option| !text.contains(option.as_str()))
    {
        Some(option) => Err(format!("`ivr {}` has no option {option}", names.join(" "))),
        None => Ok(()),
    }
}

#[test]
fn every_document_and_command_of_the_guide_does_what_the_page_says() -> Outcome {
    for page in pages()? {
        let folder = tempfile::tempdir()?;
        let mut here = folder.path().to_owned();
        let mut printed = None;
        for block in blocks(&fs::read_to_string(&page)?) {
            let place = format!("{}:{}", page.display(), block.line);
            match (block.language.as_str(), block.info.as_str()) {
                ("json", "fragment") => {
                    let whole = serde_json::from_str::<serde_json::Value>(&block.body);
                    let members = format!("{{{}}}", block.body);
                    if let Err(error) = serde_json::from_str::<serde_json::Value>(&members) {
                        assert!(whole.is_ok(), "{place}: {error}");
                    }
                }
                ("json", info) => {
                    let name = info
                        .strip_prefix("file=")
                        .ok_or_else(|| format!("{place}: says neither `file=` nor `fragment`"))?;
                    fs::write(folder.path().join(name), &block.body)?;
                }
                ("sh", info) if info.is_empty() || info.starts_with("exit=") => {
                    printed = Some(run(&page, &block, folder.path(), &mut here)?);
                }
                ("sh", _) => {
                    let syntax = Command::new("bash")
                        .args(["-n", "-c", &block.body])
                        .status()?;
                    assert!(syntax.success(), "{place}: not a shell script");
                    for (names, options) in commands(&block.body) {
                        knows(&names, &options).map_err(|problem| format!("{place}: {problem}"))?;
                    }
                    printed = None;
                }
                ("text", _) => {
                    let printed = printed.as_deref().unwrap_or_default();
                    for line in block.body.lines() {
                        assert!(
                            printed.contains(line.trim()),
                            "{place}: {line:?} is not in\n{printed}"
                        );
                    }
                }
                // Other languages are held to their own tools (SQL: see the archive's test).
                _ => {}
            }
        }
    }
    Ok(())
}

#[test]
fn every_link_between_the_pages_leads_somewhere() -> Outcome {
    let root = root();
    let mut pages = pages()?;
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "SECURITY.md",
        "cli/README.md",
        "bench/README.md",
    ] {
        pages.push(root.join(name));
    }
    for entry in fs::read_dir(root.join("crates"))? {
        pages.push(entry?.path().join("README.md"));
    }
    for page in pages.iter().filter(|page| page.exists()) {
        let text = fs::read_to_string(page)?;
        for target in prose(&text).split("](").skip(1) {
            let target = target.split(')').next().unwrap_or_default();
            if target.contains("://") || target.starts_with("mailto:") || target.is_empty() {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            // Items of the Rust documentation are looked after by `cargo doc`.
            if path.contains("::") {
                continue;
            }
            let file = if path.is_empty() {
                page.clone()
            } else {
                page.parent().ok_or("a page lies in a folder")?.join(path)
            };
            assert!(file.exists(), "{}: no file {target}", page.display());
            if !anchor.is_empty() && file.extension().is_some_and(|e| e == "md") {
                assert!(
                    anchors(&fs::read_to_string(&file)?).contains(anchor),
                    "{}: no heading {target}",
                    page.display()
                );
            }
        }
    }
    Ok(())
}

/// The pages of the book with their titles, in its order.
fn summary() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let text = fs::read_to_string(root().join("docs/SUMMARY.md"))?;
    Ok(text
        .lines()
        .filter_map(|line| line.trim_start_matches("- ").strip_prefix('['))
        .filter_map(|link| link.strip_suffix(')')?.split_once("]("))
        .map(|(title, path)| (title.to_owned(), path.to_owned()))
        .collect())
}

#[test]
fn every_page_is_in_the_book_once() -> Outcome {
    let mut listed: Vec<String> = summary()?.into_iter().map(|(_, path)| path).collect();
    listed.sort();
    let mut there: Vec<String> = pages()?
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .filter(|name| name != "SUMMARY.md")
        .collect();
    there.sort();
    assert_eq!(listed, there);
    Ok(())
}

#[test]
fn the_index_of_the_guide_leads_to_every_page() -> Outcome {
    let index = fs::read_to_string(root().join("docs/README.md"))?;
    for (name, path) in summary()? {
        let is_linked = path == "README.md" || index.contains(&format!("({path})"));
        assert!(is_linked, "docs/README.md does not lead to {name}: {path}");
    }
    Ok(())
}

#[test]
fn every_link_of_the_book_leads_to_a_page_of_it() -> Outcome {
    let docs = root().join("docs");
    let mut items = Vec::new();
    for (name, path) in summary()? {
        let content = fs::read_to_string(docs.join(&path))?;
        items.push(serde_json::json!({ "Chapter": {
            "name": name, "content": content, "number": null, "sub_items": [],
            "path": path, "source_path": path, "parent_names": [],
        } }));
    }
    let input = serde_json::json!([{}, { "items": items }]).to_string();
    let mut child = Command::new("node")
        .arg("scripts/book-pages.mjs")
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or("there is an input")?;
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| "the input was not written")??;
    assert!(output.status.success());
    let book: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let chapters: Vec<(&str, &str)> = book["items"]
        .as_array()
        .ok_or("a book has items")?
        .iter()
        .filter_map(|item| {
            let chapter = &item["Chapter"];
            Some((chapter["path"].as_str()?, chapter["content"].as_str()?))
        })
        .collect();
    let mut links = 0;
    for (path, content) in &chapters {
        for target in prose(content).split("](").skip(1) {
            let target = target.split(')').next().unwrap_or_default();
            if target.contains("://") || target.is_empty() {
                continue;
            }
            let (page, anchor) = target.split_once('#').unwrap_or((target, ""));
            let page = if page.is_empty() { path } else { page };
            links += 1;
            match chapters.iter().find(|(path, _)| *path == page) {
                Some((_, content)) => assert!(
                    anchor.is_empty() || anchors(content).contains(anchor),
                    "{path}: no heading {target}"
                ),
                None => assert!(
                    !page.ends_with(".md") && docs.join(page).exists(),
                    "{path}: {target} is not in the book"
                ),
            }
        }
    }
    assert!(chapters.len() > 15 && links > 50, "{links} links");
    // What lies beside the code is a page of the book, and linked as one.
    let guide = chapters.iter().find(|(path, _)| *path == "README.md");
    let (_, guide) = guide.ok_or("the guide is in the book")?;
    assert!(guide.contains("](findings.md)") && guide.contains("](security.md)"));
    Ok(())
}
