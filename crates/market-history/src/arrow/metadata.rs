//! Schema, batches and footer in the words of Arrow's flatbuffers, there and back.
//!
//! Only the form that we write is understood: a footer is never walked deeper than that form goes,
//! whatever it says.

use polars_arrow_format::ipc::{
    Block, Buffer, Decimal, Endianness, Field as ArrowField, FieldNode, FooterRef, Int, KeyValue,
    Message, MessageHeader, MessageHeaderRef, MessageRef, MetadataVersion, RecordBatch, Schema,
    SchemaRef, TimeUnit, Timestamp, Type, TypeRef,
    planus::{self, Builder, ReadAsRoot},
};

use super::{CHECKSUMS, padding};
use crate::columns::{Field, Kind};

/// Where a batch lies in the file, and what its bytes give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BatchPlace {
    pub(super) offset: u64,
    pub(super) metadata_bytes: u64,
    pub(super) body_bytes: u64,
    pub(super) checksum: u32,
}

/// What the writer notes about a file, for people with other programs.
pub(crate) type Notes = Vec<(String, String)>;

/// Where a column begins in the body of a batch, and how many bytes it has.
pub(super) fn layout(fields: &[Field], rows: usize) -> (Vec<(u64, u64)>, u64) {
    let mut offset = 0;
    let columns = fields.iter().map(|field| {
        let bytes = rows * field.kind.bytes();
        let place = (offset, bytes as u64);
        offset += (bytes + padding(bytes)) as u64;
        place
    });
    let columns = columns.collect();
    (columns, offset)
}

/// The message that a file begins with.
pub(super) fn schema_message(fields: &[Field], notes: &Notes) -> Vec<u8> {
    finished(Message {
        version: MetadataVersion::V5,
        header: Some(MessageHeader::Schema(Box::new(schema(fields, notes)))),
        body_length: 0,
        custom_metadata: None,
    })
}

/// The message before the columns of a batch.
pub(super) fn batch_message(fields: &[Field], rows: usize) -> Vec<u8> {
    let (columns, body_length) = layout(fields, rows);
    let node = FieldNode { length: signed(rows as u64), null_count: 0 };
    let buffers = columns.into_iter().flat_map(|(offset, length)| {
        let (offset, length) = (signed(offset), signed(length));
        // A column without holes needs no bits that say where they are.
        [Buffer { offset, length: 0 }, Buffer { offset, length }]
    });
    let batch = RecordBatch {
        length: signed(rows as u64),
        nodes: Some(vec![node; fields.len()]),
        buffers: Some(buffers.collect()),
        compression: None,
        variadic_buffer_counts: None,
    };
    finished(Message {
        version: MetadataVersion::V5,
        header: Some(MessageHeader::RecordBatch(Box::new(batch))),
        body_length: signed(body_length),
        custom_metadata: None,
    })
}

/// What a file ends with.
pub(super) fn footer(fields: &[Field], notes: &Notes, batches: &[BatchPlace]) -> Vec<u8> {
    let blocks = batches.iter().map(|batch| Block {
        offset: signed(batch.offset),
        meta_data_length: i32::try_from(batch.metadata_bytes).expect("metadata is short"),
        body_length: signed(batch.body_bytes),
    });
    let checksums: Vec<String> =
        batches.iter().map(|batch| format!("{:08x}", batch.checksum)).collect();
    let footer = polars_arrow_format::ipc::Footer {
        version: MetadataVersion::V5,
        schema: Some(Box::new(schema(fields, notes))),
        dictionaries: Some(Vec::new()),
        record_batches: Some(blocks.collect()),
        custom_metadata: Some(vec![note(CHECKSUMS, &checksums.join(" "))]),
    };
    Builder::new().finish(footer, None).to_vec()
}

/// How many rows a batch message announces, if it is exactly one of ours.
pub(super) fn batch_rows(bytes: &[u8], fields: &[Field]) -> Result<usize, String> {
    let rows = announced_rows(bytes).map_err(|error| error.to_string())?;
    let rows = rows.ok_or("it is not a batch of rows")?;
    // Everything else in the message follows from their number.
    let expected = batch_message(fields, rows);
    let is_ours = bytes.starts_with(&expected) && bytes[expected.len()..].iter().all(|it| *it == 0);
    is_ours.then_some(rows).ok_or_else(|| "its columns do not lie where they should".to_owned())
}

fn announced_rows(bytes: &[u8]) -> planus::Result<Option<usize>> {
    let message = MessageRef::read_as_root(bytes)?;
    let Some(MessageHeaderRef::RecordBatch(batch)) = message.header()? else { return Ok(None) };
    Ok(usize::try_from(batch.length()?).ok().filter(|rows| *rows <= super::BATCH_ROWS_MAX))
}

/// Why a footer is not ours.
#[derive(Debug)]
pub(super) enum FooterFault {
    Damaged(String),
    OtherColumns,
}

impl From<planus::Error> for FooterFault {
    fn from(error: planus::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// The batches that a footer lists.
pub(super) fn batches(bytes: &[u8], fields: &[Field]) -> Result<Vec<BatchPlace>, FooterFault> {
    let damaged = |what: &str| FooterFault::Damaged(what.to_owned());
    let footer = FooterRef::read_as_root(bytes)?;
    let schema = footer.schema()?.ok_or_else(|| damaged("it names no columns"))?;
    if !are_columns(schema, fields)? {
        return Err(FooterFault::OtherColumns);
    }
    let blocks = footer.record_batches()?.ok_or_else(|| damaged("it lists no batches"))?;
    let mut checksums = None;
    for note in footer.custom_metadata()?.into_iter().flatten() {
        let note = note?;
        if note.key()? == Some(CHECKSUMS) {
            checksums = note.value()?;
        }
    }
    let checksums = checksums.ok_or_else(|| damaged("it has no checksums"))?;
    let mut checksums = checksums.split(' ').filter(|it| !it.is_empty());
    let mut batches = Vec::new();
    for block in blocks {
        let (offset, metadata, body) =
            (block.offset(), block.meta_data_length(), block.body_length());
        let unsigned = |value: i64| u64::try_from(value).map_err(|_| damaged("a negative number"));
        let checksum = checksums.next().and_then(|it| u32::from_str_radix(it, 16).ok());
        batches.push(BatchPlace {
            offset: unsigned(offset)?,
            metadata_bytes: unsigned(metadata.into())?,
            body_bytes: unsigned(body)?,
            checksum: checksum.ok_or_else(|| damaged("a checksum is missing"))?,
        });
    }
    if checksums.next().is_some() {
        return Err(damaged("it has more checksums than batches"));
    }
    Ok(batches)
}

fn are_columns(schema: SchemaRef<'_>, fields: &[Field]) -> planus::Result<bool> {
    if schema.endianness()? != Endianness::Little {
        return Ok(false);
    }
    let Some(found) = schema.fields()? else { return Ok(false) };
    if found.len() != fields.len() {
        return Ok(false);
    }
    for (found, field) in found.into_iter().zip(fields) {
        let found = found?;
        let is_plain = !found.nullable()? && found.dictionary()?.is_none();
        let Some(kind) = found.type_()? else { return Ok(false) };
        if !is_plain || found.name()? != Some(field.name) || !is_kind(kind, field.kind)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_kind(found: TypeRef<'_>, kind: Kind) -> planus::Result<bool> {
    Ok(match (type_of(kind), found) {
        (Type::Decimal(wanted), TypeRef::Decimal(found)) => {
            found.precision()? == wanted.precision
                && found.scale()? == wanted.scale
                && found.bit_width()? == wanted.bit_width
        }
        (Type::Int(wanted), TypeRef::Int(found)) => {
            found.bit_width()? == wanted.bit_width && found.is_signed()? == wanted.is_signed
        }
        (Type::Timestamp(wanted), TypeRef::Timestamp(found)) => {
            found.unit()? == wanted.unit && found.timezone()? == wanted.timezone.as_deref()
        }
        _ => false,
    })
}

fn schema(fields: &[Field], notes: &Notes) -> Schema {
    let fields = fields.iter().map(|field| ArrowField {
        name: Some(field.name.to_owned()),
        nullable: false,
        type_: Some(type_of(field.kind)),
        dictionary: None,
        children: Some(Vec::new()),
        custom_metadata: None,
    });
    Schema {
        endianness: Endianness::Little,
        fields: Some(fields.collect()),
        custom_metadata: Some(notes.iter().map(|(key, value)| note(key, value)).collect()),
        features: None,
    }
}

fn type_of(kind: Kind) -> Type {
    let decimal = |precision, scale, bit_width| {
        Type::Decimal(Box::new(Decimal { precision, scale, bit_width }))
    };
    let integer = |bit_width, is_signed| Type::Int(Box::new(Int { bit_width, is_signed }));
    match kind {
        Kind::Time => Type::Timestamp(Box::new(Timestamp {
            unit: TimeUnit::Nanosecond,
            timezone: Some("UTC".to_owned()),
        })),
        Kind::Price => decimal(18, 10, 64),
        Kind::Amount => decimal(38, 18, 128),
        Kind::Count => integer(32, false),
        Kind::Number => integer(64, false),
        Kind::Sign => integer(8, true),
    }
}

fn note(key: &str, value: &str) -> KeyValue {
    KeyValue { key: Some(key.to_owned()), value: Some(value.to_owned()) }
}

fn finished(message: Message) -> Vec<u8> {
    Builder::new().finish(message, None).to_vec()
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).expect("no file has 2^63 bytes")
}
