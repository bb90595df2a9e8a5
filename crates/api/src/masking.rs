//! What is withheld from operators without the right `listen`.

/// Members that hold what a caller said or sent, word for word. They are null for those who may not
/// listen, wherever in a reply they stand; of telephone numbers the last three digits are left.
pub const WITHHELD: [&str; 5] = ["raw", "raw_base64", "speech", "transcript", "transcripts"];
