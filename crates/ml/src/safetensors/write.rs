//! A file of weights, chunk by chunk.

use super::{Dtype, SafetensorsError, f32_to_bf16, f32_to_f16};
use crate::json::quoted;
use std::fmt::Write;

/// The values of a chunk: 256 KB of single precision.
const CHUNK: usize = 1 << 16;

/// A tensor to write.
#[derive(Debug, Clone, Copy)]
pub struct Tensor<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its shape; none for a scalar.
    pub shape: &'a [u64],
    /// Its elements, row-major.
    pub values: &'a [f32],
}

/// How far a [`Writer`] has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The tensor and the element that come next; before the first is the header.
    next: Option<(usize, usize)>,
    /// Bytes of the file before.
    pub at: u64,
}

/// Writes tensors as a file in chunks of at most 256 KB, so that no second copy of the weights is made.
#[derive(Debug)]
pub struct Writer<'a> {
    dtype: Dtype,
    tensors: &'a [Tensor<'a>],
    place: Place,
    chunk: Vec<u8>,
    file_len: u64,
}

impl<'a> Writer<'a> {
    /// For a file of `tensors` as `dtype`, in this order, with these texts as its metadata. Transformers asks for
    /// `format` → `pt`.
    ///
    /// # Errors
    /// [`SafetensorsError::Length`] for a tensor with another number of values than its shape has elements,
    /// [`SafetensorsError::Unexpected`] for a name that is there twice or is that of the metadata,
    /// [`SafetensorsError::Dtype`] for a type that is not read here either.
    pub fn new(dtype: Dtype, tensors: &'a [Tensor<'a>], metadata: &[(&str, &str)]) -> Result<Self, SafetensorsError> {
        if let Dtype::Other(found, _) = dtype {
            let name = tensors.first().map_or_else(String::new, |tensor| tensor.name.to_owned());
            return Err(SafetensorsError::Dtype { name, found });
        }
        let mut header = String::from("{\"__metadata__\":{");
        for (at, (name, text)) in metadata.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            // Writing to a string never fails.
            let _ = write!(header, "{comma}{}:{}", quoted(name), quoted(text));
        }
        header.push('}');
        let mut end = 0;
        for (at, tensor) in tensors.iter().enumerate() {
            let name = || tensor.name.to_owned();
            if tensor.name == "__metadata__" || tensors[..at].iter().any(|before| before.name == tensor.name) {
                return Err(SafetensorsError::Unexpected { name: name() });
            }
            let elements = tensor.shape.iter().try_fold(1_u64, |product, axis| product.checked_mul(*axis));
            let (expected, found) = (elements.unwrap_or(u64::MAX), tensor.values.len() as u64);
            if expected != found {
                return Err(SafetensorsError::Length { name: name(), expected, found });
            }
            let _ = write!(header, ",{}:{{\"dtype\":\"{}\",\"shape\":[", quoted(tensor.name), dtype.name());
            for (axis, length) in tensor.shape.iter().enumerate() {
                let _ = write!(header, "{}{length}", if axis == 0 { "" } else { "," });
            }
            let begin = end;
            end += found * dtype.bits() / 8;
            let _ = write!(header, "],\"data_offsets\":[{begin},{end}]}}");
        }
        header.push('}');
        // Elements begin at a multiple of eight, as the format's library writes them.
        header.extend(std::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));
        let mut chunk = (header.len() as u64).to_le_bytes().to_vec();
        chunk.extend(header.bytes());
        let file_len = chunk.len() as u64 + end;
        Ok(Self { dtype, tensors, place: Place::default(), chunk, file_len })
    }

    /// The bytes of the whole file.
    pub fn file_len(&self) -> u64 {
        self.file_len
    }

    /// How far it has come.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Goes on from where a writer of the same tensors has come to.
    pub fn go_on_from(&mut self, place: Place) {
        self.place = place;
    }

    /// The next chunk of the file; `None` after the last.
    pub fn next_chunk(&mut self) -> Option<&[u8]> {
        let Some((mut tensor, mut element)) = self.place.next else {
            self.place = Place { next: Some((0, 0)), at: self.chunk.len() as u64 };
            return Some(&self.chunk);
        };
        self.chunk.clear();
        // Small tensors share a chunk.
        while self.chunk.len() < CHUNK * 4 && tensor < self.tensors.len() {
            let left = &self.tensors[tensor].values[element..];
            let some = &left[..left.len().min(CHUNK - self.chunk.len() / 4)];
            match self.dtype {
                Dtype::F32 => self.chunk.extend(some.iter().flat_map(|x| x.to_le_bytes())),
                Dtype::F16 => self.chunk.extend(some.iter().flat_map(|x| f32_to_f16(*x).to_le_bytes())),
                _ => self.chunk.extend(some.iter().flat_map(|x| f32_to_bf16(*x).to_le_bytes())),
            }
            (tensor, element) = if some.len() == left.len() { (tensor + 1, 0) } else { (tensor, element + some.len()) };
        }
        self.place = Place { next: Some((tensor, element)), at: self.place.at + self.chunk.len() as u64 };
        (!self.chunk.is_empty()).then_some(&self.chunk)
    }
}
