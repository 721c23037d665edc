//! The tensors of a file that is in memory.

use super::{Dtype, Header, SafetensorsError, bf16_to_f32, f16_to_f32};

/// A file: its header and its bytes, which are only looked at when a tensor is asked for.
#[derive(Debug, Clone)]
pub struct Safetensors<'a> {
    header: Header,
    file: &'a [u8],
}

/// A tensor, borrowed from its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View<'a> {
    name: &'a str,
    dtype: Dtype,
    shape: &'a [u64],
    bytes: &'a [u8],
}

impl<'a> Safetensors<'a> {
    /// Reads the header and checks that the file is as long as it says.
    ///
    /// # Errors
    /// [`SafetensorsError`] for a damaged file.
    pub fn read(file: &'a [u8]) -> Result<Self, SafetensorsError> {
        let header = Header::read(file)?;
        header.check_file_len(file.len() as u64)?;
        Ok(Self { header, file })
    }

    /// Which tensors there are.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The tensor `name`.
    ///
    /// # Errors
    /// [`SafetensorsError::Missing`].
    pub fn get(&self, name: &str) -> Result<View<'_>, SafetensorsError> {
        let entry = self.header.get(name)?;
        // The ranges end where the file ends, so they fit.
        let bytes = &self.file[entry.range.start as usize..entry.range.end as usize];
        Ok(View { name: &entry.name, dtype: entry.dtype, shape: &entry.shape, bytes })
    }
}

impl<'a> View<'a> {
    /// A tensor whose bytes came by themselves, as by a request for a part of the file.
    ///
    /// # Errors
    /// [`SafetensorsError::Size`] if there are not as many bytes as its range has.
    pub fn new(entry: &'a super::Entry, bytes: &'a [u8]) -> Result<Self, SafetensorsError> {
        let (expected, found) = (entry.range.end - entry.range.start, bytes.len() as u64);
        if expected != found {
            return Err(SafetensorsError::Size { name: entry.name.clone(), expected, found });
        }
        Ok(Self { name: &entry.name, dtype: entry.dtype, shape: &entry.shape, bytes })
    }

    /// The type of its elements.
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }

    /// Its shape.
    pub fn shape(&self) -> &'a [u64] {
        self.shape
    }

    /// Its elements as they are in the file.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// That the tensor is of `shape`.
    ///
    /// # Errors
    /// [`SafetensorsError::Shape`].
    pub fn expect_shape(&self, shape: &[u64]) -> Result<Self, SafetensorsError> {
        if self.shape == shape {
            return Ok(*self);
        }
        let (name, expected, found) = (self.name.to_owned(), shape.to_vec(), self.shape.to_vec());
        Err(SafetensorsError::Shape { name, expected, found })
    }

    /// Puts the elements into `out`, which has as many.
    ///
    /// # Errors
    /// [`SafetensorsError::Dtype`] for elements that are no floats of 16 or 32 bits, [`SafetensorsError::Length`] for
    /// an `out` of another length. Nothing is written then.
    pub fn to_f32(&self, out: &mut [f32]) -> Result<(), SafetensorsError> {
        let name = || self.name.to_owned();
        let width = match self.dtype {
            Dtype::F32 => 4,
            Dtype::F16 | Dtype::Bf16 => 2,
            Dtype::Other(found, _) => return Err(SafetensorsError::Dtype { name: name(), found }),
        };
        let expected = self.bytes.len() / width;
        if expected != out.len() {
            let (expected, found) = (expected as u64, out.len() as u64);
            return Err(SafetensorsError::Length { name: name(), expected, found });
        }
        if self.dtype == Dtype::F32 {
            let (elements, _) = self.bytes.as_chunks();
            out.iter_mut().zip(elements).for_each(|(x, bytes)| *x = f32::from_le_bytes(*bytes));
        } else {
            let convert = if self.dtype == Dtype::F16 { f16_to_f32 } else { bf16_to_f32 };
            let (elements, _) = self.bytes.as_chunks();
            out.iter_mut().zip(elements).for_each(|(x, bytes)| *x = convert(u16::from_le_bytes(*bytes)));
        }
        Ok(())
    }
}
