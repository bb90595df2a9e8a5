//! Identifiers in the shapes the platform uses.

use sha2::{Digest, Sha256};
use vonage::{ConversationId, LegId};

/// Makes identifiers from a seed: the same seed gives the same call, another one another call.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    seed: String,
    drawn: u32,
}

impl Ids {
    /// Identifiers that depend on nothing but `seed`.
    pub(crate) fn from_seed(seed: &str) -> Self {
        Self {
            seed: seed.to_owned(),
            drawn: 0,
        }
    }

    fn hex(&mut self) -> String {
        self.drawn = self.drawn.wrapping_add(1);
        let digest = Sha256::digest(format!("{}#{}", self.seed, self.drawn).as_bytes());
        base16ct::lower::encode_string(digest.get(..16).unwrap_or_default())
    }

    /// 32 hexadecimal digits without dashes: the leg of an inbound phone call.
    pub(crate) fn inbound_leg(&mut self) -> LegId {
        self.hex().into()
    }

    /// A dashed UUID: outbound legs, recordings, token ids.
    pub(crate) fn uuid(&mut self) -> String {
        let hex = self.hex();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
        format!(
            "{}-{}-4{}-a{}-{}",
            part(0, 8),
            part(8, 12),
            part(13, 16),
            part(17, 20),
            part(20, 32)
        )
    }

    /// `CON-` and a UUID.
    pub(crate) fn conversation(&mut self) -> ConversationId {
        format!("CON-{}", self.uuid()).into()
    }

    /// A number below `bound`, for faults that happen now and then.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let hex = self.hex();
        let drawn = u32::from_str_radix(hex.get(0..8).unwrap_or("0"), 16).unwrap_or(0);
        drawn % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_ids_again_and_another_seed_gives_others() {
        let draw = |seed| {
            let mut ids = Ids::from_seed(seed);
            (ids.inbound_leg(), ids.conversation())
        };
        assert_eq!(draw("case 1"), draw("case 1"));
        assert_ne!(draw("case 1"), draw("case 2"));
    }

    #[test]
    fn ids_have_the_shapes_of_the_platform() {
        let mut ids = Ids::from_seed("shape");
        assert_eq!(ids.inbound_leg().as_str().len(), 32);
        let uuid = ids.uuid();
        assert_eq!(uuid.len(), 36, "{uuid}");
        assert_eq!(uuid.matches('-').count(), 4, "{uuid}");
        assert!(ids.conversation().as_str().starts_with("CON-"));
    }
}
