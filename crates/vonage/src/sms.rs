//! Webhooks of the SMS API ("SMS API reference"). US Short Codes use the same.

use crate::decimal::Decimal;
use crate::open_enum::open_enum;
use crate::party::Party;
use crate::wire_struct::wire_struct;
use jiff::Timestamp;

open_enum! {
    /// What an SMS holds.
    pub enum SmsType {
        /// Letters of the GSM alphabet.
        Text = "text",
        /// Letters beyond it.
        Unicode = "unicode",
        /// Bytes; see [`SmsInbound::data`].
        Binary = "binary",
    }
}

wire_struct! {
    /// An SMS came in. On the wire everything is text.
    pub struct SmsInbound {
        /// The message.
        message: Option<String> = "messageId" | "message-id",
        /// Who sent it; a number, or a name of letters.
        from: Option<Party> = "msisdn",
        /// Who it is for.
        to: Option<Party> = "to",
        /// The words. Of a binary message a placeholder.
        text: Option<String> = "text",
        /// What it holds.
        of: Option<SmsType> = "type",
        /// The first word, upper case.
        keyword: Option<String> = "keyword",
        /// When the carrier handed it over, UTC, in seconds.
        message_timestamp: Option<Timestamp> = "message-timestamp",
        /// The account; absent in older messages.
        api_key: Option<String> = "api-key",
        /// Whether it is a part of a longer message.
        concat: Option<bool> = "concat",
        /// What the parts have in common.
        concat_ref: Option<String> = "concat-ref",
        /// How many parts there are.
        concat_total: Option<u64> = "concat-total",
        /// Which part this is, from 1.
        concat_part: Option<u64> = "concat-part",
        /// Binary: the bytes, in hexadecimal.
        data: Option<String> = "data",
        /// Binary: the user data header, in hexadecimal.
        udh: Option<String> = "udh",
        /// Signed messages: when it was signed.
        timestamp: Option<Timestamp> = "timestamp",
        /// Signed messages: makes it unique.
        nonce: Option<String> = "nonce",
        /// Signed messages: the signature.
        sig: Option<String> = "sig",
    }
}

open_enum! {
    /// How far an SMS came.
    pub enum ReceiptState {
        /// The carrier took it.
        Accepted = "accepted",
        /// It is on the handset.
        Delivered = "delivered",
        /// It waits for the handset.
        Buffered = "buffered",
        /// It waited too long.
        Expired = "expired",
        /// It could not be delivered; see [`SmsReceipt::error_code`].
        Failed = "failed",
        /// It was refused; see [`SmsReceipt::error_code`].
        Rejected = "rejected",
        /// The carrier does not say.
        Unknown = "unknown",
    }
}

wire_struct! {
    /// A delivery receipt. One comes for each part, and may overtake the response to the request.
    pub struct SmsReceipt {
        /// The message.
        message: Option<String> = "messageId" | "message-id",
        /// Who the message was for.
        recipient: Option<Party> = "msisdn",
        /// The sender the message showed.
        sender: Option<Party> = "to",
        /// How far it came.
        status: Option<ReceiptState> = "status",
        /// 0 for none, 1 to 15, 50 to 54, 99 ("SMS delivery error codes").
        error_code: Option<u64> = "err-code",
        /// MCC and MNC of the recipient.
        network_code: Option<String> = "network-code",
        /// What the part cost, in euros.
        price: Option<Decimal> = "price",
        /// The carrier's time as `YYMMDDHHMM`, of a zone unknown; captures hold other numbers too.
        scts: Option<String> = "scts",
        /// When the receipt was made, UTC, in seconds.
        message_timestamp: Option<Timestamp> = "message-timestamp",
        /// The account.
        api_key: Option<String> = "api-key",
        /// Your own reference.
        client_ref: Option<String> = "client-ref",
        /// Signed receipts: when it was signed.
        timestamp: Option<Timestamp> = "timestamp",
        /// Signed receipts: makes it unique.
        nonce: Option<String> = "nonce",
        /// Signed receipts: the signature.
        sig: Option<String> = "sig",
    }
}
