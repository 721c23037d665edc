//! Against the maintained crate of the format, and against files that are wrong in one place.

use super::*;
use crate::json::JsonError;
use crate::random::Random;

/// A header and as many bytes of data.
fn file(header: &str, n_data: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.bytes());
    file.extend((0..n_data).map(|at| at as u8));
    file
}

fn written(dtype: Dtype, tensors: &[Tensor<'_>]) -> Vec<u8> {
    let mut writer = Writer::new(dtype, tensors, &[("format", "pt"), ("a \"name\"", "\n")]).unwrap();
    let (mut file, expected) = (Vec::new(), writer.file_len());
    while let Some(chunk) = writer.next_chunk() {
        assert!(!chunk.is_empty() && chunk.len() <= 1 << 18);
        file.extend_from_slice(chunk);
    }
    assert_eq!(file.len() as u64, expected);
    file
}

#[test]
fn the_crate_reads_what_is_written_and_so_do_we() {
    let mut random = Random::new(2026, 42);
    let values: Vec<f32> = (0..200_000).map(|_| random.normal()).collect();
    let tensors = [
        Tensor { name: "gpt_neox.embed_in.weight", shape: &[300, 500], values: &values[..150_000] },
        Tensor { name: "scalar", shape: &[], values: &values[..1] },
        Tensor { name: "none", shape: &[0, 4], values: &[] },
        Tensor { name: "bias \"é\"", shape: &[3], values: &values[7..10] },
        Tensor { name: "last", shape: &[2, 2, 50_000], values: &values },
    ];
    for (dtype, theirs) in [
        (Dtype::F32, ::safetensors::Dtype::F32),
        (Dtype::F16, ::safetensors::Dtype::F16),
        (Dtype::Bf16, ::safetensors::Dtype::BF16),
    ] {
        let file = written(dtype, &tensors);
        let (ours, oracle) =
            (Safetensors::read(&file).unwrap(), ::safetensors::SafeTensors::deserialize(&file).unwrap());
        assert_eq!(oracle.len(), tensors.len());
        let (_, metadata) = ::safetensors::SafeTensors::read_metadata(&file).unwrap();
        let texts = metadata.metadata().as_ref().unwrap();
        assert!(ours.header().metadata.iter().all(|(name, text)| texts[name] == *text));
        for tensor in &tensors {
            let (view, expected) = (ours.get(tensor.name).unwrap(), oracle.tensor(tensor.name).unwrap());
            assert_eq!((view.bytes(), expected.dtype()), (expected.data(), theirs));
            assert!(view.shape().iter().map(|axis| *axis as usize).eq(expected.shape().iter().copied()));
            let rounded: Vec<f32> = match dtype {
                Dtype::F16 => tensor.values.iter().map(|x| ::half::f16::from_f32_const(*x).to_f32()).collect(),
                Dtype::Bf16 => tensor.values.iter().map(|x| ::half::bf16::from_f32(*x).to_f32()).collect(),
                _ => tensor.values.to_vec(),
            };
            let mut found = vec![7.0; rounded.len()];
            view.expect_shape(tensor.shape).unwrap().to_f32(&mut found).unwrap();
            assert_eq!(found, rounded);
        }
    }
}

/// As the Pythia models come: half precision, and per layer a mask and its filling, which are no weights.
#[test]
fn buffers_that_are_named_are_skipped() {
    let (weight, mask) = (vec![0, 60, 0, 192], vec![1; 16]);
    let view = |dtype, shape, data| ::safetensors::tensor::TensorView::new(dtype, shape, data).unwrap();
    let file = ::safetensors::serialize(
        [
            ("attention.bias", view(::safetensors::Dtype::U8, vec![1, 1, 4, 4], &mask)),
            ("weight", view(::safetensors::Dtype::F16, vec![1, 2], &weight)),
        ],
        None,
    );
    let file = file.unwrap();
    let tensors = Safetensors::read(&file).unwrap();
    let mut values = [0.0; 2];
    tensors.get("weight").unwrap().to_f32(&mut values).unwrap();
    assert_eq!(values, [1.0, -2.0]);
    let header = tensors.header();
    assert_eq!(header.check_names(&|name| name == "weight", &|name| name.ends_with("attention.bias")), Ok(()));
    let name = "attention.bias".to_owned();
    assert_eq!(header.check_names(&|name| name == "weight", &|_| false), Err(SafetensorsError::Unexpected { name }));
    // By parts: first the header, then the bytes of the one tensor that is wanted.
    let begin = Header::len(&file[..8]).unwrap() as usize;
    let header = Header::read(&file[..begin]).unwrap();
    let entry = header.get("weight").unwrap();
    let bytes = &file[entry.range.start as usize..entry.range.end as usize];
    View::new(entry, bytes).unwrap().to_f32(&mut values).unwrap();
    assert_eq!(values, [1.0, -2.0]);
    assert!(View::new(entry, &bytes[1..]).is_err());
}

#[test]
fn what_is_wrong_is_told_with_the_tensors_name() {
    let one = |member: &str| format!("{{\"w\":{{{member}}}}}");
    let good = r#""dtype":"F16","shape":[2,2],"data_offsets":[0,8]"#;
    let two = |second: &str| format!("{{\"w\":{{{good}}},\"v\":{{\"dtype\":\"F32\",\"shape\":[1],{second}}}}}");
    for (header, n_data, expected) in [
        (
            one(r#""dtype":"F17","shape":[2],"data_offsets":[0,8]"#),
            8,
            "the header of the weights' file says of `w`: `dtype` should be the name of a type, such as \"F16\"",
        ),
        (
            one(r#""dtype":"F16","shape":[2,-1],"data_offsets":[0,8]"#),
            8,
            "the header of the weights' file says of `w`: `shape` should be an array of whole numbers",
        ),
        (
            one(r#""dtype":"F16","shape":[2,2],"data_offsets":[8,0]"#),
            8,
            "the header of the weights' file says of `w`: `data_offsets` should be a begin and an end",
        ),
        (
            one(r#""dtype":"F16","shape":[2,2],"data_offsets":[0,18446744073709551615]"#),
            8,
            "the header of the weights' file says of `w`: `data_offsets` should be a begin and an end",
        ),
        (
            one(r#""dtype":"F16","shape":[2,2]"#),
            8,
            "the header of the weights' file says of `w`: `data_offsets` should be a begin and an end",
        ),
        (
            one(r#""dtype":"F16","shape":[2,3],"data_offsets":[0,8]"#),
            8,
            "the tensor `w` should take 12 bytes by its shape and type and has 8",
        ),
        (
            one(r#""dtype":"F16","shape":[4294967296,4294967296],"data_offsets":[0,8]"#),
            8,
            "the tensor `w` should take 18446744073709551615 bytes",
        ),
        (
            two(r#""data_offsets":[4,8]"#),
            8,
            "the tensor `v` should begin at byte 8 of the data and begins at 4: tensors overlap or leave a gap",
        ),
        (
            two(r#""data_offsets":[12,16]"#),
            16,
            "the tensor `v` should begin at byte 8 of the data and begins at 12: tensors overlap or leave a gap",
        ),
        (
            one(r#""dtype":"F16","shape":[2,2],"data_offsets":[2,10]"#),
            10,
            "the tensor `w` should begin at byte 0 of the data and begins at 2: tensors overlap or leave a gap",
        ),
        (
            two(r#""data_offsets":[8,12]"#),
            11,
            "the weights' file should have 130 bytes by its header and has 129: the tensor `v` is cut",
        ),
        (one(good), 9, "the weights' file should have 72 bytes by its header and has 73"),
        (
            format!("{{\"w\":{{{good}}},\"w\":{{{good}}}}}"),
            8,
            "the header of the weights' file is no valid JSON: line 1, column 57: there is a `w` already",
        ),
        (
            "{\"__metadata__\":{\"a\":1}}".to_owned(),
            0,
            "the header of the weights' file says of `__metadata__`: `values` should be texts",
        ),
        (" {}".to_owned(), 0, "the header of the weights' file is no valid JSON: line 1, column 1: expected a value"),
        ("[]".to_owned(), 0, "the header of the weights' file is no valid JSON: line 1, column 1: expected a value"),
    ] {
        let file = file(&header, n_data);
        let found = Safetensors::read(&file).unwrap_err().to_string();
        assert!(found.starts_with(expected), "{header}\n{found}\n{expected}");
        // The crate takes the later of two tensors of a name, and spaces before the header, which the format forbids.
        let lenient = found.contains("already") || header.starts_with(' ');
        assert_eq!(::safetensors::SafeTensors::deserialize(&file).is_ok(), lenient, "{header}");
    }
    let read = |file: &[u8]| Safetensors::read(file).map(|_| ()).unwrap_err();
    assert_eq!(read(b"\x02\0\0"), SafetensorsError::Truncated { found: 3, expected: 8 });
    assert_eq!(read(b"\x09\0\0\0\0\0\0\0{}"), SafetensorsError::Truncated { found: 10, expected: 17 });
    assert_eq!(read(&[0xff; 20]), SafetensorsError::HeaderLength { found: u64::MAX, most: 100_000_000 });
    assert_eq!(read(b"\x02\0\0\0\0\0\0\0{\xff"), SafetensorsError::NotText { at: 1 });
}

#[test]
fn a_tensor_that_does_not_fit_is_told() {
    let header = r#"{"w":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"n":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}"#;
    let file = file(header, 16);
    let tensors = Safetensors::read(&file).unwrap();
    let w = tensors.get("w").unwrap();
    let message = w.expect_shape(&[4]).unwrap_err().to_string();
    assert_eq!(message, "the tensor `w` should have the shape [4] and has [2, 2]");
    let mut out = [7.0; 3];
    assert_eq!(w.to_f32(&mut out).unwrap_err().to_string(), "the tensor `w` has 4 elements, and there are 3");
    let message = tensors.get("n").unwrap().to_f32(&mut out).unwrap_err().to_string();
    assert_eq!(message, "the tensor `n` is of type I64; this program reads F32, F16 and BF16");
    assert_eq!(out, [7.0; 3]);
    assert_eq!(tensors.get("x").unwrap_err().to_string(), "the weights' file has no tensor `x`");
    let wrong = |tensors: &[Tensor<'_>]| Writer::new(Dtype::F16, tensors, &[]).map(|_| ()).unwrap_err();
    let tensor = Tensor { name: "w", shape: &[2], values: &[1.0, 2.0] };
    assert_eq!(wrong(&[tensor, tensor]), SafetensorsError::Unexpected { name: "w".to_owned() });
    let short = Tensor { values: &[1.0], ..tensor };
    assert_eq!(wrong(&[short]), SafetensorsError::Length { name: "w".to_owned(), expected: 2, found: 1 });
}

#[test]
fn mutations_are_refused_where_the_crate_refuses_them() {
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let tensors = [
        Tensor { name: "a", shape: &[2, 2], values: &values[..4] },
        Tensor { name: "b", shape: &[], values: &values[..1] },
        Tensor { name: "c", shape: &[6], values: &values },
    ];
    let (good, mut random) = (written(Dtype::F16, &tensors), Random::new(2026, 43));
    let n_header = Header::len(&good).unwrap() as u32;
    let (mut read, mut refused) = (0, 0);
    for _ in 0..4_000 {
        let mut file = good.clone();
        for _ in 0..=random.below(2) {
            let at = random.below(n_header.min(file.len() as u32)) as usize;
            match random.below(4) {
                0 => file[at] = random.bits() as u8,
                1 => file[at] = b"0123456789{}[]\",: "[random.below(18) as usize],
                2 => file.truncate(at + 1),
                _ => file[at] ^= 1,
            }
        }
        match (Safetensors::read(&file), ::safetensors::SafeTensors::deserialize(&file)) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(ours.header().entries.len(), theirs.len());
                for entry in &ours.header().entries {
                    assert_eq!(ours.get(&entry.name).unwrap().bytes(), theirs.tensor(&entry.name).unwrap().data());
                }
                read += 1;
            }
            (Err(error), theirs) => {
                let twice = matches!(error, SafetensorsError::Json(JsonError::Repeated { .. }));
                assert!(twice || theirs.is_err(), "{error}\n{}", String::from_utf8_lossy(&file));
                refused += 1;
            }
            (Ok(_), Err(error)) => panic!("{error}\n{}", String::from_utf8_lossy(&file)),
        }
    }
    assert!(read > 100 && refused > 1_000, "{read} read, {refused} refused");
}
