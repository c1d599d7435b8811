//! What `postcard` makes of a value, byte for byte, written several times faster: each number goes
//! into the buffer as a word, and every call is one the compiler can see through. A property test
//! holds the two against each other; reading stays postcard's.

use serde::ser::{self, Error as _, Serialize};

use super::gathered::Gathered;

/// The only thing that can be wrong: a value that this form has no place for. None of ours is one.
type Refused = std::fmt::Error;
type Outcome = Result<(), Refused>;

/// Small numbers of either sign as small numbers: 0, −1, 1, −2, …
#[inline]
const fn zigzag(number: i64) -> u64 {
    (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned()
}

#[inline]
const fn zigzag_wide(number: i128) -> u128 {
    (number.cast_unsigned() << 1) ^ (number >> 127).cast_unsigned()
}

impl ser::Serializer for &mut Gathered {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Outcome {
        self.serialize_u8(u8::from(value))
    }

    #[inline]
    fn serialize_i8(self, value: i8) -> Outcome {
        self.serialize_u8(value.cast_unsigned())
    }

    #[inline]
    fn serialize_i16(self, value: i16) -> Outcome {
        self.put_number(zigzag(value.into()));
        Ok(())
    }

    #[inline]
    fn serialize_i32(self, value: i32) -> Outcome {
        self.put_number(zigzag(value.into()));
        Ok(())
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Outcome {
        self.put_number(zigzag(value));
        Ok(())
    }

    #[inline]
    fn serialize_i128(self, value: i128) -> Outcome {
        self.put_wide_number(zigzag_wide(value));
        Ok(())
    }

    #[inline]
    fn serialize_u8(self, value: u8) -> Outcome {
        self.put_byte(value);
        Ok(())
    }

    #[inline]
    fn serialize_u16(self, value: u16) -> Outcome {
        self.put_number(value.into());
        Ok(())
    }

    #[inline]
    fn serialize_u32(self, value: u32) -> Outcome {
        self.put_number(value.into());
        Ok(())
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Outcome {
        self.put_number(value);
        Ok(())
    }

    #[inline]
    fn serialize_u128(self, value: u128) -> Outcome {
        self.put_wide_number(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Outcome {
        self.put_array(&value.to_bits().to_le_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Outcome {
        self.put_array(&value.to_bits().to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Outcome {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Outcome {
        self.serialize_bytes(value.as_bytes())
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Outcome {
        self.put_number(value.len() as u64);
        self.put_slice(value);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Outcome {
        self.serialize_u8(0)
    }

    #[inline]
    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Outcome {
        self.serialize_u8(1)?;
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Outcome {
        Ok(())
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Outcome {
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, variant: u32, _: &'static str) -> Outcome {
        self.put_number(variant.into());
        Ok(())
    }

    #[inline]
    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        self.put_number(variant.into());
        value.serialize(self)
    }

    #[inline]
    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Refused> {
        let length = length.ok_or_else(|| Refused::custom("a list of unknown length"))?;
        self.put_number(length as u64);
        Ok(self)
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Self, Refused> {
        Ok(self)
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Refused> {
        Ok(self)
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Refused> {
        self.put_number(variant.into());
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, Refused> {
        self.serialize_seq(length)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Refused> {
        Ok(self)
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Refused> {
        self.put_number(variant.into());
        Ok(self)
    }

    fn collect_str<T: ?Sized + std::fmt::Display>(self, value: &T) -> Outcome {
        self.serialize_str(&value.to_string())
    }
}

/// The parts of whatever has parts stand one after the other.
macro_rules! parts {
    ($($of:ident, $method:ident);*) => {$(
        impl ser::$of for &mut Gathered {
            type Ok = ();
            type Error = Refused;

            #[inline]
            fn $method<T: ?Sized + Serialize>(&mut self, value: &T) -> Outcome {
                value.serialize(&mut **self)
            }

            #[inline]
            fn end(self) -> Outcome {
                Ok(())
            }
        }
    )*};
}

parts!(SerializeSeq, serialize_element; SerializeTuple, serialize_element;
       SerializeTupleStruct, serialize_field; SerializeTupleVariant, serialize_field);

/// The same, with names that are not written.
macro_rules! named_parts {
    ($($of:ident),*) => {$(
        impl ser::$of for &mut Gathered {
            type Ok = ();
            type Error = Refused;

            #[inline]
            fn serialize_field<T: ?Sized + Serialize>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Outcome {
                value.serialize(&mut **self)
            }

            #[inline]
            fn end(self) -> Outcome {
                Ok(())
            }
        }
    )*};
}

named_parts!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for &mut Gathered {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Outcome {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Outcome {
        value.serialize(&mut **self)
    }

    fn end(self) -> Outcome {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
