//! WebAssembly without the names of its functions, which only a debugger reads.
//!
//! Cargo's `strip = true` would take them too, but also the section that tells wasm-bindgen which
//! features the target has. Source: WebAssembly Core Specification 2.0, §5.5.2 to §5.5.3.

use anyhow::{Context, Result, ensure};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;

/// The module without names and debug information.
///
/// # Errors
/// It is no WebAssembly module.
pub fn without_names(module: &[u8]) -> Result<Vec<u8>> {
    let mut rest = module.strip_prefix(HEADER).context("this is no WebAssembly module")?;
    let mut kept = Vec::with_capacity(module.len());
    kept.extend_from_slice(HEADER);
    while let Some((&id, after_id)) = rest.split_first() {
        let (size, body) = length(after_id)?;
        ensure!(size <= body.len(), "the WebAssembly module ends within a section");
        let (body, after) = body.split_at(size);
        let whole = &rest[..rest.len() - after.len()];
        if id != CUSTOM || !is_for_debuggers(body)? {
            kept.extend_from_slice(whole);
        }
        rest = after;
    }
    Ok(kept)
}

fn is_for_debuggers(body: &[u8]) -> Result<bool> {
    let (size, name) = length(body)?;
    let name = name.get(..size).context("the WebAssembly module ends within a name")?;
    Ok(name == b"name" || name.starts_with(b".debug_"))
}

/// An unsigned LEB128 number of at most 32 bits, and what follows it.
fn length(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut value = 0;
    for (byte_idx, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * byte_idx);
        if byte & 0x80 == 0 {
            return Ok((usize::try_from(value)?, &bytes[byte_idx + 1..]));
        }
    }
    anyhow::bail!("the WebAssembly module holds a number that does not end")
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
