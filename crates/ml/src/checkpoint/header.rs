//! What a checkpoint says of the run and of the program that wrote it.

use thiserror::Error;

/// How the arithmetic was compiled. Sums of one variant have other last bits than those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// One number at a time.
    Scalar,
    /// WebAssembly's 128-bit SIMD.
    Simd,
    /// The same with relaxed instructions: fused multiply-add where the machine has it.
    RelaxedSimd,
    /// A native build.
    Native,
}

impl Variant {
    const ALL: [Self; 4] = [Self::Scalar, Self::Simd, Self::RelaxedSimd, Self::Native];

    /// What to call it before a reader.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Simd => "SIMD",
            Self::RelaxedSimd => "relaxed SIMD",
            Self::Native => "native",
        }
    }
}

/// What decides whether a resumed run has the same bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The program's version.
    pub code_version: String,
    /// How it was compiled.
    pub variant: Variant,
    /// Over how many workers a batch is spread: it decides the order of sums.
    pub n_workers: u32,
}

/// The first part of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Counts the checkpoints of a run, from 1: of two whole ones the higher is the later.
    pub serial: u64,
    /// What wrote it.
    pub build: Build,
    /// Steps done.
    pub step: u64,
    /// Passes over the data begun before the current one.
    pub epoch: u64,
    /// Samples of the current pass that were taken.
    pub sample: u64,
    /// The seed of the run.
    pub seed: u64,
    /// What has been drawn, as each of the run's sequences counts it: see [`Random`](crate::random::Random::at).
    pub draws: Vec<u64>,
    /// The run's settings, in the lab's own form.
    pub settings: Vec<u8>,
}

/// What will not be as in the run that was not interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Difference {
    /// Another release.
    #[error(
        "it was written by version {then} of this program, and this is version {now}: the run may go on differently"
    )]
    CodeVersion {
        /// Of the checkpoint.
        then: String,
        /// Of this program.
        now: String,
    },
    /// Another way of computing.
    #[error("it was computed with {then} instructions, and this browser uses {now} ones: losses will differ in their last digits", then = .then.name(), now = .now.name())]
    Variant {
        /// Of the checkpoint.
        then: Variant,
        /// Of this program.
        now: Variant,
    },
    /// Another number of workers.
    #[error("{then} workers computed it, and {now} will go on: losses will differ in their last digits")]
    Workers {
        /// Of the checkpoint.
        then: u32,
        /// Of this program.
        now: u32,
    },
}

impl Build {
    /// What a run resumed by `now` will not have as before; nothing where it will have the same bits.
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.code_version != now.code_version {
            let (then, now) = (self.code_version.clone(), now.code_version.clone());
            found.push(Difference::CodeVersion { then, now });
        }
        if self.variant != now.variant {
            found.push(Difference::Variant { then: self.variant, now: now.variant });
        }
        if self.n_workers != now.n_workers {
            found.push(Difference::Workers { then: self.n_workers, now: now.n_workers });
        }
        found
    }
}

impl Header {
    /// Its bytes, in the order of the fields.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let variant = Variant::ALL.iter().position(|variant| *variant == self.build.variant).unwrap_or(0);
        out.extend(self.serial.to_le_bytes());
        out.extend((self.build.code_version.len() as u32).to_le_bytes());
        out.extend(self.build.code_version.bytes());
        out.push(variant as u8);
        out.extend(self.build.n_workers.to_le_bytes());
        out.extend([self.step, self.epoch, self.sample, self.seed].iter().flat_map(|number| number.to_le_bytes()));
        out.extend((self.draws.len() as u32).to_le_bytes());
        out.extend(self.draws.iter().flat_map(|number| number.to_le_bytes()));
        out.extend((self.settings.len() as u32).to_le_bytes());
        out.extend(&self.settings);
        out
    }

    /// From its bytes and nothing after them.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        let header = Self {
            serial: fields.u64()?,
            build: Build {
                code_version: String::from_utf8(fields.bytes()?.to_vec()).ok()?,
                variant: *Variant::ALL.get(usize::from(fields.take(1)?[0]))?,
                n_workers: fields.u32()?,
            },
            step: fields.u64()?,
            epoch: fields.u64()?,
            sample: fields.u64()?,
            seed: fields.u64()?,
            draws: (0..fields.u32()?).map(|_| fields.u64()).collect::<Option<_>>()?,
            settings: fields.bytes()?.to_vec(),
        };
        fields.0.is_empty().then_some(header)
    }
}

/// What is left to read.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    fn u64(&mut self) -> Option<u64> {
        self.take(8)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let n = self.u32()?;
        self.take(n as usize)
    }
}
