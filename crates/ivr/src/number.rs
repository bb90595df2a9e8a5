//! Telephone numbers, and the countries they belong to.

use core::fmt;
use core::num::NonZeroU64;
use core::str::FromStr;

/// A telephone number as ITU-T E.164 has it: country code and number, 7 to 15 digits,
/// without the `+` (as Vonage writes them).
///
/// ```
/// # use ivr::number::E164;
/// let number: E164 = "442079460000".parse().unwrap();
/// assert_eq!(number.country().unwrap().code(), "GB");
/// assert_eq!(number.to_string(), "442079460000");
/// assert!("020 7946 0000".parse::<E164>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct E164(NonZeroU64);

/// Why a text is not an E.164 number; printed, it says what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum E164Error {
    /// It begins with `+`.
    #[error("write it without the +")]
    Plus,
    /// It begins with `0`: a number as dialled within a country, or after `00`.
    #[error("write it from the country code on, without 0 or 00 before it")]
    Zero,
    /// It holds something that is not a digit.
    #[error("write digits only, without blanks or hyphens")]
    NotDigits,
    /// It has fewer than 7 digits.
    #[error("a number has at least 7 digits, the country code among them")]
    Short,
    /// It has more than 15 digits.
    #[error("a number has at most 15 digits")]
    Long,
}

impl FromStr for E164 {
    type Err = E164Error;

    fn from_str(text: &str) -> Result<Self, E164Error> {
        if text.starts_with('+') {
            return Err(E164Error::Plus);
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(E164Error::NotDigits);
        }
        if text.len() > 15 {
            return Err(E164Error::Long);
        }
        if text.starts_with('0') {
            return Err(E164Error::Zero);
        }
        if text.len() < 7 {
            return Err(E164Error::Short);
        }
        text.parse().map(Self).map_err(|_| E164Error::NotDigits)
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl E164 {
    /// Whether somebody can be called by it. Some networks write `266696687`, the word "anonymous"
    /// on a keypad, for a caller who withholds the number; as one it would be of Lesotho.
    #[must_use]
    pub fn is_called_by_people(self) -> bool {
        self.0.get() != 266_696_687
    }

    /// The country the number belongs to; none for satellite, freephone and other codes
    /// that belong to no country.
    #[must_use]
    pub fn country(self) -> Option<Country> {
        country_of(self.0.get())
    }
}

/// A country, by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Two capital letters, such as `GB`.
    #[must_use]
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The country with that code, if a telephone number can belong to it.
    #[must_use]
    pub fn with_code(code: &str) -> Option<Self> {
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        PREFIXES
            .iter()
            .any(|(_, country)| *country == code)
            .then_some(Self(code))
    }

    /// Every code there is, some of them several times: for suggestions.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        PREFIXES
            .iter()
            .map(|(_, code)| core::str::from_utf8(code).unwrap_or_default())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The longest prefix in the table decides.
fn country_of(number: u64) -> Option<Country> {
    let mut prefix = number;
    while prefix > 0 {
        let found = u32::try_from(prefix).ok().and_then(|prefix| {
            PREFIXES
                .binary_search_by_key(&prefix, |(prefix, _)| *prefix)
                .ok()
        });
        if let Some((_, country)) = found.and_then(|index| PREFIXES.get(index)) {
            return Some(Country(*country));
        }
        prefix /= 10;
    }
    None
}

/// Prefixes and their countries: the country codes of ITU-T E.164 and, where countries
/// share one, the area codes that tell them apart (for +1 from the North American
/// Numbering Plan Administrator; a +1 area code not listed is of the United States).
/// Checked against the metadata of libphonenumber 9.0.43.
#[rustfmt::skip]
static PREFIXES: &[(u32, [u8; 2])] = &[
    (1, *b"US"), (7, *b"RU"), (20, *b"EG"), (27, *b"ZA"), (30, *b"GR"), (31, *b"NL"), (32, *b"BE"),
    (33, *b"FR"), (34, *b"ES"), (36, *b"HU"), (39, *b"IT"), (40, *b"RO"), (41, *b"CH"),
    (43, *b"AT"), (44, *b"GB"), (45, *b"DK"), (46, *b"SE"), (47, *b"NO"), (48, *b"PL"),
    (49, *b"DE"), (51, *b"PE"), (52, *b"MX"), (53, *b"CU"), (54, *b"AR"), (55, *b"BR"),
    (56, *b"CL"), (57, *b"CO"), (58, *b"VE"), (60, *b"MY"), (61, *b"AU"), (62, *b"ID"),
    (63, *b"PH"), (64, *b"NZ"), (65, *b"SG"), (66, *b"TH"), (76, *b"KZ"), (77, *b"KZ"),
    (81, *b"JP"), (82, *b"KR"), (84, *b"VN"), (86, *b"CN"), (90, *b"TR"), (91, *b"IN"),
    (92, *b"PK"), (93, *b"AF"), (94, *b"LK"), (95, *b"MM"), (98, *b"IR"), (211, *b"SS"),
    (212, *b"MA"), (213, *b"DZ"), (216, *b"TN"), (218, *b"LY"), (220, *b"GM"), (221, *b"SN"),
    (222, *b"MR"), (223, *b"ML"), (224, *b"GN"), (225, *b"CI"), (226, *b"BF"), (227, *b"NE"),
    (228, *b"TG"), (229, *b"BJ"), (230, *b"MU"), (231, *b"LR"), (232, *b"SL"), (233, *b"GH"),
    (234, *b"NG"), (235, *b"TD"), (236, *b"CF"), (237, *b"CM"), (238, *b"CV"), (239, *b"ST"),
    (240, *b"GQ"), (241, *b"GA"), (242, *b"CG"), (243, *b"CD"), (244, *b"AO"), (245, *b"GW"),
    (246, *b"IO"), (247, *b"AC"), (248, *b"SC"), (249, *b"SD"), (250, *b"RW"), (251, *b"ET"),
    (252, *b"SO"), (253, *b"DJ"), (254, *b"KE"), (255, *b"TZ"), (256, *b"UG"), (257, *b"BI"),
    (258, *b"MZ"), (260, *b"ZM"), (261, *b"MG"), (262, *b"RE"), (263, *b"ZW"), (264, *b"NA"),
    (265, *b"MW"), (266, *b"LS"), (267, *b"BW"), (268, *b"SZ"), (269, *b"KM"), (290, *b"SH"),
    (291, *b"ER"), (297, *b"AW"), (298, *b"FO"), (299, *b"GL"), (350, *b"GI"), (351, *b"PT"),
    (352, *b"LU"), (353, *b"IE"), (354, *b"IS"), (355, *b"AL"), (356, *b"MT"), (357, *b"CY"),
    (358, *b"FI"), (359, *b"BG"), (370, *b"LT"), (371, *b"LV"), (372, *b"EE"), (373, *b"MD"),
    (374, *b"AM"), (375, *b"BY"), (376, *b"AD"), (377, *b"MC"), (378, *b"SM"), (380, *b"UA"),
    (381, *b"RS"), (382, *b"ME"), (383, *b"XK"), (385, *b"HR"), (386, *b"SI"), (387, *b"BA"),
    (389, *b"MK"), (420, *b"CZ"), (421, *b"SK"), (423, *b"LI"), (500, *b"FK"), (501, *b"BZ"),
    (502, *b"GT"), (503, *b"SV"), (504, *b"HN"), (505, *b"NI"), (506, *b"CR"), (507, *b"PA"),
    (508, *b"PM"), (509, *b"HT"), (590, *b"GP"), (591, *b"BO"), (592, *b"GY"), (593, *b"EC"),
    (594, *b"GF"), (595, *b"PY"), (596, *b"MQ"), (597, *b"SR"), (598, *b"UY"), (599, *b"CW"),
    (670, *b"TL"), (672, *b"NF"), (673, *b"BN"), (674, *b"NR"), (675, *b"PG"), (676, *b"TO"),
    (677, *b"SB"), (678, *b"VU"), (679, *b"FJ"), (680, *b"PW"), (681, *b"WF"), (682, *b"CK"),
    (683, *b"NU"), (685, *b"WS"), (686, *b"KI"), (687, *b"NC"), (688, *b"TV"), (689, *b"PF"),
    (690, *b"TK"), (691, *b"FM"), (692, *b"MH"), (850, *b"KP"), (852, *b"HK"), (853, *b"MO"),
    (855, *b"KH"), (856, *b"LA"), (880, *b"BD"), (886, *b"TW"), (960, *b"MV"), (961, *b"LB"),
    (962, *b"JO"), (963, *b"SY"), (964, *b"IQ"), (965, *b"KW"), (966, *b"SA"), (967, *b"YE"),
    (968, *b"OM"), (970, *b"PS"), (971, *b"AE"), (972, *b"IL"), (973, *b"BH"), (974, *b"QA"),
    (975, *b"BT"), (976, *b"MN"), (977, *b"NP"), (992, *b"TJ"), (993, *b"TM"), (994, *b"AZ"),
    (995, *b"GE"), (996, *b"KG"), (998, *b"UZ"), (1204, *b"CA"), (1226, *b"CA"), (1236, *b"CA"),
    (1242, *b"BS"), (1246, *b"BB"), (1249, *b"CA"), (1250, *b"CA"), (1257, *b"CA"), (1263, *b"CA"),
    (1264, *b"AI"), (1268, *b"AG"), (1273, *b"CA"), (1284, *b"VG"), (1289, *b"CA"), (1306, *b"CA"),
    (1340, *b"VI"), (1343, *b"CA"), (1345, *b"KY"), (1354, *b"CA"), (1365, *b"CA"), (1367, *b"CA"),
    (1368, *b"CA"), (1382, *b"CA"), (1403, *b"CA"), (1416, *b"CA"), (1418, *b"CA"), (1428, *b"CA"),
    (1431, *b"CA"), (1437, *b"CA"), (1438, *b"CA"), (1441, *b"BM"), (1450, *b"CA"), (1468, *b"CA"),
    (1473, *b"GD"), (1474, *b"CA"), (1506, *b"CA"), (1514, *b"CA"), (1519, *b"CA"), (1548, *b"CA"),
    (1579, *b"CA"), (1581, *b"CA"), (1584, *b"CA"), (1587, *b"CA"), (1600, *b"CA"), (1604, *b"CA"),
    (1613, *b"CA"), (1622, *b"CA"), (1633, *b"CA"), (1639, *b"CA"), (1647, *b"CA"), (1649, *b"TC"),
    (1658, *b"JM"), (1664, *b"MS"), (1670, *b"MP"), (1671, *b"GU"), (1672, *b"CA"), (1683, *b"CA"),
    (1684, *b"AS"), (1705, *b"CA"), (1709, *b"CA"), (1721, *b"SX"), (1742, *b"CA"), (1753, *b"CA"),
    (1758, *b"LC"), (1767, *b"DM"), (1778, *b"CA"), (1780, *b"CA"), (1782, *b"CA"), (1784, *b"VC"),
    (1787, *b"PR"), (1807, *b"CA"), (1809, *b"DO"), (1819, *b"CA"), (1825, *b"CA"), (1829, *b"DO"),
    (1849, *b"DO"), (1867, *b"CA"), (1868, *b"TT"), (1869, *b"KN"), (1873, *b"CA"), (1876, *b"JM"),
    (1879, *b"CA"), (1902, *b"CA"), (1905, *b"CA"), (1939, *b"PR"), (1942, *b"CA"), (2908, *b"TA"),
    (4779, *b"SJ"), (5993, *b"BQ"), (5994, *b"BQ"), (5997, *b"BQ"), (35818, *b"AX"),
    (262269, *b"YT"), (262639, *b"YT"), (441481, *b"GG"), (441534, *b"JE"), (441624, *b"IM"),
    (447509, *b"JE"), (447524, *b"IM"), (447624, *b"IM"), (447781, *b"GG"), (447797, *b"JE"),
    (447829, *b"JE"), (447839, *b"GG"), (447937, *b"JE"),
    (3906698, *b"VA"), (6189162, *b"CC"), (6189164, *b"CX"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[track_caller]
    fn check(text: &str, expected: Result<Option<&str>, E164Error>) {
        let number = text.parse::<E164>();
        let found = number.map(E164::country);
        assert_eq!(
            found
                .as_ref()
                .map(|country| country.as_ref().map(Country::code)),
            expected.as_ref().copied(),
            "{text}"
        );
    }

    #[test]
    fn a_number_is_seven_to_fifteen_digits_from_the_country_code_on() {
        check("442079460000", Ok(Some("GB")));
        check("+442079460000", Err(E164Error::Plus));
        check("02079460000", Err(E164Error::Zero));
        check("00442079460000", Err(E164Error::Zero));
        check("44 2079460000", Err(E164Error::NotDigits));
        check("४४२०७९४६००००", Err(E164Error::NotDigits));
        check("123456", Err(E164Error::Short));
        check("", Err(E164Error::Short));
        check("1234567890123456", Err(E164Error::Long));
    }

    #[test]
    fn the_longest_prefix_names_the_country() {
        check("12125550100", Ok(Some("US")));
        check("14165550100", Ok(Some("CA")));
        check("18765550100", Ok(Some("JM")));
        check("74951234567", Ok(Some("RU")));
        check("77271234567", Ok(Some("KZ")));
        check("441534960000", Ok(Some("JE")));
        check("447700900123", Ok(Some("GB")));
        check("390669812345", Ok(Some("VA")));
        check("33199001234", Ok(Some("FR")));
        check("35818123456", Ok(Some("AX")));
        check("882161234567", Ok(None));
        check("80012345678", Ok(None));
    }

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(PREFIXES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(
            PREFIXES
                .iter()
                .all(|(_, code)| code.iter().all(u8::is_ascii_uppercase))
        );
        assert_eq!(
            Country::with_code("GB")
                .map(|country| country.to_string())
                .as_deref(),
            Some("GB")
        );
        assert_eq!(Country::with_code("UK"), None);
    }

    proptest! {
        #[test]
        fn what_is_a_number_prints_as_it_was_written(text in "[1-9][0-9]{6,14}") {
            prop_assert_eq!(text.parse::<E164>().unwrap().to_string(), text);
        }

        #[test]
        fn reading_a_number_never_panics(text in "\\PC{0,20}") {
            let _ = text.parse::<E164>().map(E164::country);
        }
    }
}
