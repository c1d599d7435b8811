//! An archive that cannot be trusted or unpacked: the caller fetches it again, or unpacks it with
//! another tool.

/// Why an archive is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFault {
    /// Its name ends in `.zip` and its bytes are something else.
    #[error("it is not a ZIP archive")]
    NotAnArchive,
    /// The list of its members cannot be read.
    #[error("the ZIP archive is damaged: {0}")]
    Broken(String),
    /// The packed bytes of the member make no sense.
    #[error("the packed data is damaged: {0}")]
    Damaged(String),
    /// The member unpacks to other bytes than were packed.
    #[error("the checksum is {actual:08x}, the archive promises {promised:08x}")]
    Checksum {
        /// CRC-32 of what came out.
        actual: u32,
        /// CRC-32 in the archive.
        promised: u32,
    },
    /// The member unpacks to less than was packed.
    #[error("it unpacks to {actual} bytes, the archive promises {promised}")]
    TooShort {
        /// Bytes that came out.
        actual: u64,
        /// Bytes in the archive's list.
        promised: u64,
    },
    /// Two members have the name that was looked for.
    #[error("two files in it have this name: {first} and {second}")]
    Ambiguous {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// The list of members has one name twice, so one of two members cannot be seen.
    #[error("its list of files has the same name twice")]
    RepeatedName,
    /// The member is encrypted.
    #[error("it is encrypted")]
    Encrypted,
    /// The member is packed in a way we do not unpack.
    #[error("it is packed by a method other than Deflate: {0}")]
    Method(String),
    /// The member promises to unpack to more than we read.
    #[error("it unpacks to {promised} bytes, more than the {limit} that are read")]
    Large {
        /// Bytes in the archive's list.
        promised: u64,
        /// The most that are read.
        limit: u64,
    },
    /// The member promises to grow more than any file of candles does.
    #[error("its {packed} bytes unpack to {promised}, more than {limit} times as many")]
    Expanding {
        /// Packed bytes.
        packed: u64,
        /// Bytes in the archive's list.
        promised: u64,
        /// The most times that are believed.
        limit: u64,
    },
    /// The member unpacks to more than the archive says.
    #[error("it unpacks to more than the {promised} bytes that the archive promises")]
    Overlong {
        /// Bytes in the archive's list.
        promised: u64,
    },
}

impl ArchiveFault {
    /// What to do next.
    pub(super) fn hint(&self) -> String {
        let hint = match self {
            Self::NotAnArchive | Self::Broken(_) => {
                "download it again: a download that stopped early looks like this"
            }
            Self::Damaged(_) | Self::Checksum { .. } | Self::TooShort { .. } => {
                "download the archive again; nothing that was read from it can be trusted"
            }
            Self::Ambiguous { .. } => "unpack the one that you mean and name the CSV file",
            Self::RepeatedName => "download it again, or unpack it and name the CSV file",
            Self::Encrypted => "unpack it with its password and name the CSV file",
            Self::Method(_) => "unpack it with the tool that packed it and name the CSV file",
            Self::Large { .. } => "if you trust the archive, unpack it and name the CSV file",
            Self::Expanding { .. } | Self::Overlong { .. } => {
                "do not trust this archive: it is made to fill a disk; download Kraken's again"
            }
        };
        hint.to_owned()
    }
}
