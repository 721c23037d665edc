//! WebAssembly without the names of its functions, which only a debugger reads.
//!
//! Cargo's `strip = true` would take them too, but also the section that tells wasm-bindgen which
//! features the target has. Source: WebAssembly Core Specification 2.0, §5.5.2 to §5.5.5.

use anyhow::{Context, Result, bail, ensure};

/// How every module begins.
pub(super) const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;

/// A part of a module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<'a> {
    pub id: u8,
    pub body: &'a [u8],
    /// With what stands before the body.
    pub whole: &'a [u8],
}

/// The parts of a module.
///
/// # Errors
/// It is no WebAssembly module.
pub(super) fn sections(module: &[u8]) -> Result<Vec<Section<'_>>> {
    let mut rest = Reader(module.strip_prefix(HEADER).context("this is no WebAssembly module")?);
    let mut sections = Vec::new();
    while !rest.0.is_empty() {
        let from = rest.0;
        let id = rest.byte()?;
        let size = rest.number()?;
        let body = rest.bytes(size).context("the WebAssembly module ends within a section")?;
        sections.push(Section { id, body, whole: &from[..from.len() - rest.0.len()] });
    }
    Ok(sections)
}

/// The module without names and debug information.
///
/// # Errors
/// It is no WebAssembly module.
pub fn without_names(module: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Vec::with_capacity(module.len());
    kept.extend_from_slice(HEADER);
    for Section { id, body, whole } in sections(module)? {
        if id != CUSTOM || !is_for_debuggers(body)? {
            kept.extend_from_slice(whole);
        }
    }
    Ok(kept)
}

fn is_for_debuggers(body: &[u8]) -> Result<bool> {
    let name = Reader(body).name()?;
    Ok(name == "name" || name.starts_with(".debug_"))
}

/// What is left to be read.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self.0.split_first().context("the WebAssembly module ends too early")?;
        self.0 = rest;
        Ok(*byte)
    }

    fn bytes(&mut self, size: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(bytes)
    }

    /// An unsigned LEB128 number of at most 32 bits.
    pub fn number(&mut self) -> Result<usize> {
        let mut value = 0;
        for byte_idx in 0..5 {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << (7 * byte_idx);
            if byte & 0x80 == 0 {
                return Ok(usize::try_from(value)?);
            }
        }
        bail!("the WebAssembly module holds a number that does not end")
    }

    pub fn name(&mut self) -> Result<&'a str> {
        let size = self.number()?;
        let name = self.bytes(size).context("the WebAssembly module ends within a name")?;
        str::from_utf8(name).context("a name in the WebAssembly module is no text")
    }

    /// Passes over what is said of an import of this kind.
    pub fn skip_import(&mut self, kind: u8) -> Result<()> {
        // A type before the limits of a table; an attribute before the type of a tag.
        if matches!(kind, 1 | 4) {
            self.byte()?;
        }
        match kind {
            0 | 4 => self.number().map(drop),
            1 | 2 => {
                let flags = self.byte()?;
                ensure!(
                    flags <= 3,
                    "the WebAssembly module imports a memory or table of a kind that is not known here"
                );
                (0..=flags & 1).try_for_each(|_| self.number().map(drop))
            }
            3 => (0..2).try_for_each(|_| self.byte().map(drop)),
            _ => bail!("the WebAssembly module imports something of a kind that is not known here"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, body: &[u8]) -> Vec<u8> {
        [&[id, u8::try_from(body.len()).unwrap()], body].concat()
    }

    fn custom(name: &str, body: &[u8]) -> Vec<u8> {
        let body = [&[u8::try_from(name.len()).unwrap()], name.as_bytes(), body].concat();
        section(CUSTOM, &body)
    }

    #[test]
    fn names_go_and_everything_else_stays_in_its_order() {
        let (types, features, memory) = (section(1, &[0]), custom("target_features", b"+simd"), section(5, &[1, 0, 1]));
        let module = [
            HEADER.to_vec(),
            types.clone(),
            custom("name", b"\x01main"),
            features.clone(),
            custom(".debug_info", b"x"),
            memory.clone(),
        ]
        .concat();
        assert_eq!(without_names(&module).unwrap(), [HEADER.to_vec(), types, features, memory].concat());
    }

    #[test]
    fn a_long_section_is_measured_in_full() {
        let body = [&[4], b"name".as_slice(), &[7; 300]].concat();
        // 305 = 0b10_0110001
        let module = [HEADER, &[CUSTOM, 0b1011_0001, 0b10], &body, &section(1, &[0])].concat();
        assert_eq!(without_names(&module).unwrap(), [HEADER, &section(1, &[0])].concat());
    }

    #[test]
    fn what_is_no_module_is_refused() {
        for bytes in [
            b"<!doctype html>".as_slice(),
            b"",
            b"\0asm\x01\0\0\0\x01\x05\0",
            b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\xff\xff",
        ] {
            assert!(without_names(bytes).is_err(), "{bytes:?}");
        }
    }
}
