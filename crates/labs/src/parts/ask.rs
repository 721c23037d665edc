//! What a view asks for.

/// What a reader asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Begins a run, or goes on with the one that halts.
    Run,
    /// Holds the run.
    Pause,
    /// Makes one step.
    Step,
    /// Ends the run; what it computed stays.
    Stop,
    /// Back to the page's settings and picture.
    Reset,
    /// Sets a parameter to what a text says.
    Set {
        /// The parameter.
        name: &'static str,
        /// As typed.
        text: String,
    },
    /// Takes another seed, as typed.
    Seed(String),
    /// Takes the next seed.
    NewSeed,
    /// Takes the settings of the preset with this index, and runs.
    Preset(usize),
    /// Copies a link to settings, seed and step.
    Share,
    /// Saves the numbers of all charts.
    Csv,
}
