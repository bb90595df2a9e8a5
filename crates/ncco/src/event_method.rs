use crate::word::words;

words! {
    /// How the platform calls an event URL.
    pub enum EventMethod ("GET or POST") {
        /// The event is in the query.
        Get = "GET",
        /// The event is in the body. The default.
        Post = "POST",
    }
}
