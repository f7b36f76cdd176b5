//! Values of an npy array as numbers.

use super::header::Element;

/// Element type and byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dtype {
    kind: Kind,
    big_endian: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F16,
    F32,
    F64,
}

impl Element for Dtype {
    const MEND: &'static str = "save numbers or truth values, such as array.astype('float32')";
    const MEND_OBJECTS: &'static str =
        "save numbers of one shape: numpy.save(file, numpy.stack(list(array)).astype('float32'))";

    /// Parses `<f4`, `|u1`, `>i8`; `None` for what is not a number.
    fn parse(descr: &str) -> Option<Self> {
        let kind = match descr.get(1..)? {
            "b1" => Kind::Bool,
            "i1" => Kind::I8,
            "i2" => Kind::I16,
            "i4" => Kind::I32,
            "i8" => Kind::I64,
            "u1" => Kind::U8,
            "u2" => Kind::U16,
            "u4" => Kind::U32,
            "u8" => Kind::U64,
            "f2" => Kind::F16,
            "f4" => Kind::F32,
            "f8" => Kind::F64,
            _ => return None,
        };
        let big_endian = match descr.get(..1)? {
            "<" | "|" | "=" => false,
            ">" => true,
            _ => return None,
        };
        Some(Self { kind, big_endian })
    }

    fn size(self) -> usize {
        match self.kind {
            Kind::Bool | Kind::I8 | Kind::U8 => 1,
            Kind::I16 | Kind::U16 | Kind::F16 => 2,
            Kind::I32 | Kind::U32 | Kind::F32 => 4,
            Kind::I64 | Kind::U64 | Kind::F64 => 8,
        }
    }
}

impl Dtype {
    pub(super) fn is_integer(self) -> bool {
        !matches!(self.kind, Kind::Bool | Kind::F16 | Kind::F32 | Kind::F64)
    }

    /// NumPy's name of the type.
    pub(super) fn name(self) -> &'static str {
        match self.kind {
            Kind::Bool => "bool",
            Kind::I8 => "int8",
            Kind::I16 => "int16",
            Kind::I32 => "int32",
            Kind::I64 => "int64",
            Kind::U8 => "uint8",
            Kind::U16 => "uint16",
            Kind::U32 => "uint32",
            Kind::U64 => "uint64",
            Kind::F16 => "float16",
            Kind::F32 => "float32",
            Kind::F64 => "float64",
        }
    }

    /// Decodes as many values as `out` has room for.
    pub(super) fn decode(self, raw: &[u8], out: &mut [f32]) {
        match self.kind {
            Kind::Bool => each::<1>(raw, out, false, |[b]| f32::from(u8::from(b != 0))),
            Kind::I8 => each::<1>(raw, out, false, |b| f32::from(i8::from_le_bytes(b))),
            Kind::U8 => each::<1>(raw, out, false, |[b]| f32::from(b)),
            Kind::I16 => each(raw, out, self.big_endian, |b| {
                f32::from(i16::from_le_bytes(b))
            }),
            Kind::U16 => each(raw, out, self.big_endian, |b| {
                f32::from(u16::from_le_bytes(b))
            }),
            Kind::F16 => each(raw, out, self.big_endian, |b| half(u16::from_le_bytes(b))),
            Kind::I32 => each(raw, out, self.big_endian, |b| i32::from_le_bytes(b) as f32),
            Kind::U32 => each(raw, out, self.big_endian, |b| u32::from_le_bytes(b) as f32),
            Kind::F32 => each(raw, out, self.big_endian, f32::from_le_bytes),
            Kind::I64 => each(raw, out, self.big_endian, |b| i64::from_le_bytes(b) as f32),
            Kind::U64 => each(raw, out, self.big_endian, |b| u64::from_le_bytes(b) as f32),
            Kind::F64 => each(raw, out, self.big_endian, |b| f64::from_le_bytes(b) as f32),
        }
    }

    /// The integer in `raw`; wide enough for every type.
    pub(super) fn integer(self, raw: &[u8]) -> i128 {
        let digits: Vec<u8> = if self.big_endian {
            raw.to_vec()
        } else {
            raw.iter().rev().copied().collect()
        };
        let value = digits
            .iter()
            .fold(0_i128, |value, &digit| (value << 8) | i128::from(digit));
        let signed = matches!(self.kind, Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64);
        let negative = signed && digits.first().is_some_and(|&digit| digit >= 0x80);
        if negative {
            value - (1_i128 << (8 * raw.len()))
        } else {
            value
        }
    }
}

/// Decodes values of `SIZE` bytes; `convert` is handed little-endian ones.
fn each<const SIZE: usize>(
    raw: &[u8],
    out: &mut [f32],
    big_endian: bool,
    convert: impl Fn([u8; SIZE]) -> f32,
) {
    let (values, _) = raw.as_chunks::<SIZE>();
    for (slot, &bytes) in out.iter_mut().zip(values) {
        let mut bytes = bytes;
        if big_endian {
            bytes.reverse();
        }
        *slot = convert(bytes);
    }
}

/// IEEE 754 binary16.
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1f);
    let fraction = f32::from(bits & 0x3ff) / 1024.0;
    match exponent {
        0 => sign * fraction * 2.0_f32.powi(-14),
        31 if fraction > 0.0 => f32::NAN,
        31 => sign * f32::INFINITY,
        _ => sign * (1.0 + fraction) * 2.0_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves() {
        assert_eq!(half(0x3c00).to_bits(), 1.0_f32.to_bits());
        assert_eq!(half(0xc000).to_bits(), (-2.0_f32).to_bits());
        assert_eq!(half(0x7bff).to_bits(), 65504.0_f32.to_bits());
        assert_eq!(half(0x0001).to_bits(), 2.0_f32.powi(-24).to_bits());
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }

    #[test]
    fn integers_of_both_orders() {
        let parse = |descr| Dtype::parse(descr).unwrap();
        assert_eq!(parse("<i2").integer(&[0xfe, 0xff]), -2);
        assert_eq!(parse(">i2").integer(&[0x01, 0x02]), 258);
        assert_eq!(parse("<u8").integer(&[0xff; 8]), i128::from(u64::MAX));
        assert_eq!(parse("|i1").integer(&[0x80]), -128);
    }

    #[test]
    fn big_endian_values() {
        let mut out = [0.0];
        Dtype::parse(">f4")
            .unwrap()
            .decode(&1.5_f32.to_be_bytes(), &mut out);
        assert_eq!(out[0].to_bits(), 1.5_f32.to_bits());
        assert!(Dtype::parse("|O").is_none() && Dtype::parse("<U5").is_none());
        assert!(Dtype::parse("é").is_none());
    }
}
