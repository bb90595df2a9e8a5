//! The callback of Number Insight Advanced ("Number Insight API reference, asynchronous").

use crate::decimal::Decimal;
use crate::open_enum::open_enum;
use crate::wire::Fields;
use crate::wire_struct::wire_struct;

open_enum! {
    /// What a number belongs to.
    pub enum NetworkType {
        /// A mobile telephone.
        Mobile = "mobile",
        /// A fixed line.
        Landline = "landline",
        /// A fixed line at a premium rate.
        LandlinePremium = "landline_premium",
        /// A fixed line that costs the caller nothing.
        LandlineTollFree = "landline_tollfree",
        /// A number without a line.
        Virtual = "virtual",
        /// Nobody knows.
        Unknown = "unknown",
        /// A pager.
        Pager = "pager",
    }
}

wire_struct! {
    /// A carrier.
    pub struct InsightCarrier {
        /// MCC and MNC, or a word such as `US-FIXED`.
        network_code: Option<String> = "network_code",
        /// Its name.
        name: Option<String> = "name",
        /// ISO 3166, two letters.
        country: Option<String> = "country",
        /// What the number belongs to.
        network_type: Option<NetworkType> = "network_type",
    }
}

open_enum! {
    /// Whether a number moved from one carrier to another.
    pub enum Ported {
        /// Nobody knows.
        Unknown = "unknown",
        /// It did.
        Ported = "ported",
        /// It did not.
        NotPorted = "not_ported",
        /// Probably not.
        AssumedNotPorted = "assumed_not_ported",
        /// Probably.
        AssumedPorted = "assumed_ported",
    }
}

open_enum! {
    /// Whether a number exists.
    pub enum ValidNumber {
        /// Nobody knows.
        Unknown = "unknown",
        /// It does.
        Valid = "valid",
        /// It does not.
        NotValid = "not_valid",
        /// It probably does.
        Inferred = "inferred",
        /// It probably does not.
        InferredNotValid = "inferred_not_valid",
    }
}

open_enum! {
    /// Whether a number can be called now.
    pub enum Reachable {
        /// Nobody knows.
        Unknown = "unknown",
        /// It can.
        Reachable = "reachable",
        /// Nothing can be delivered.
        Undeliverable = "undeliverable",
        /// The handset is off or out of reach.
        Absent = "absent",
        /// There is no such number.
        BadNumber = "bad_number",
        /// It is barred.
        Blacklisted = "blacklisted",
    }
}

wire_struct! {
    /// Whether a handset is abroad: an object, or a word alone.
    pub struct Roaming, alone: status {
        /// `roaming`, `not_roaming`, `unknown`.
        status: Option<String> = "status",
        /// ISO 3166, two letters.
        country_code: Option<String> = "roaming_country_code",
        /// MCC and MNC; a number in some samples.
        network_code: Option<String> = "roaming_network_code",
        /// The carrier's name.
        network_name: Option<String> = "roaming_network_name",
    }
}

wire_struct! {
    /// Who a number belongs to.
    pub struct CallerIdentity {
        /// `business`, `consumer`, `unknown`.
        caller_type: Option<String> = "caller_type" | "caller-type",
        /// The full name.
        caller_name: Option<String> = "caller_name" | "caller-name",
        /// The first name.
        first_name: Option<String> = "first_name" | "first-name",
        /// The last name.
        last_name: Option<String> = "last_name" | "last-name",
    }
}

wire_struct! {
    /// What is known of a number. Not signed, so far as is known: hold it against the `request_id`
    /// of the request.
    pub struct Insight {
        /// The request.
        request: Option<String> = "request_id",
        /// 0 for success, 1, 3, 4, 5, 9, 19, 43, 44, 45, 999.
        status: Option<i64> = "status",
        /// The same in words.
        status_message: Option<String> = "status_message",
        /// The number, E.164 without `+`.
        international_format_number: Option<String> = "international_format_number",
        /// The number as it is written at home.
        national_format_number: Option<String> = "national_format_number",
        /// ISO 3166, two letters.
        country_code: Option<String> = "country_code",
        /// ISO 3166, three letters.
        country_code_iso3: Option<String> = "country_code_iso3",
        /// The country.
        country_name: Option<String> = "country_name",
        /// Its calling code.
        country_prefix: Option<String> = "country_prefix",
        /// What the request cost, in euros.
        request_price: Option<Decimal> = "request_price",
        /// What of it is given back, in euros.
        refund_price: Option<Decimal> = "refund_price",
        /// What the account still holds, in euros.
        remaining_balance: Option<Decimal> = "remaining_balance",
        /// The carrier now.
        current_carrier: Option<InsightCarrier> = "current_carrier",
        /// The carrier the number was given out by.
        original_carrier: Option<InsightCarrier> = "original_carrier",
        /// Whether it moved.
        ported: Option<Ported> = "ported" or OBJECT,
        /// Whether the handset is abroad.
        roaming: Option<Roaming> = "roaming" or OBJECT,
        /// Who it belongs to.
        caller_identity: Option<CallerIdentity> = "caller_identity",
        /// The full name, again.
        caller_name: Option<String> = "caller_name",
        /// `business`, `consumer`, `unknown`, again.
        caller_type: Option<String> = "caller_type",
        /// The first name, again.
        first_name: Option<String> = "first_name",
        /// The last name, again.
        last_name: Option<String> = "last_name",
        /// 0 all, 1 a part, 2 nothing of what was asked is here.
        lookup_outcome: Option<i64> = "lookup_outcome" or OBJECT,
        /// The same in words.
        lookup_outcome_message: Option<String> = "lookup_outcome_message",
        /// Whether the number exists.
        valid_number: Option<ValidNumber> = "valid_number" or OBJECT,
        /// Whether it can be called now.
        reachable: Option<Reachable> = "reachable" or OBJECT,
        /// `active_status` and `handset_status`, with `real_time_data`.
        real_time_data: Option<Fields> = "real_time_data",
    }
}
