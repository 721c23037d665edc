//! What the mixture learns: eight maps of the plane, each on its own cluster of inputs.
//!
//! The clusters are normal distributions around eight points of a circle. Their frequencies follow Zipf's law, so
//! that the most frequent holds 37 % of all tokens and the rarest 5 %: this is what a balanced router works
//! against. Within its cluster a token `z`, in standard deviations from the centre, is mapped to
//! `A z + sin(B z)`, with a random rotation `A` and a random matrix `B` for each cluster. There is no noise: what
//! is left of the loss is what the experts could not fit.
//!
//! The seed draws the maps and which cluster is how frequent. A sample depends on (seed, index) alone.

use ml::random::Random;

/// Clusters, and places on the circle.
pub const N_CLUSTERS: usize = 8;

/// Radius of the circle of centres.
pub const RADIUS: f32 = 2.0;

/// Standard deviation of a cluster, along both axes. Neighbouring centres are 1.53 apart.
pub const SPREAD: f32 = 0.3;

/// What random numbers are drawn for; a sequence of its own for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The maps, and the order of the clusters.
    Task = 0,
    /// Initial weights.
    Weights = 1,
    /// What the model is trained on.
    Training = 2,
}

/// One token: an input and what it should become.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Where the token lies.
    pub input: [f32; 2],
    /// Where its cluster's map takes it.
    pub target: [f32; 2],
    /// Its cluster: 0 is the most frequent.
    pub cluster: usize,
}

/// A cluster and its map.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cluster {
    centre: [f32; 2],
    a: [[f32; 2]; 2],
    b: [[f32; 2]; 2],
    /// Probability of this cluster or a more frequent one.
    cumulative: f32,
}

/// The eight maps of one seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    seed: u64,
    clusters: [Cluster; N_CLUSTERS],
}

impl Task {
    /// Draws the maps.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, Stream::Task as u32);
        let mut places: [usize; N_CLUSTERS] = std::array::from_fn(|place| place);
        random.shuffle(&mut places);
        let harmonic: f64 = (1..=N_CLUSTERS).map(|rank| 1.0 / rank as f64).sum();
        let mut cumulative = 0.0;
        let clusters = std::array::from_fn(|rank| {
            cumulative += 1.0 / (rank + 1) as f64 / harmonic;
            let around = std::f64::consts::TAU * places[rank] as f64 / N_CLUSTERS as f64;
            let angle = std::f64::consts::TAU * f64::from(random.uniform());
            let (sin, cos) = (libm::sin(angle) as f32, libm::cos(angle) as f32);
            Cluster {
                centre: [RADIUS * libm::cos(around) as f32, RADIUS * libm::sin(around) as f32],
                a: [[cos, -sin], [sin, cos]],
                b: std::array::from_fn(|_| std::array::from_fn(|_| random.normal())),
                cumulative: cumulative as f32,
            }
        });
        Self { seed, clusters }
    }

    /// The centres of the clusters, the most frequent first.
    pub fn centres(&self) -> [[f32; 2]; N_CLUSTERS] {
        self.clusters.map(|cluster| cluster.centre)
    }

    /// The sample `index` of `stream`, the same in whatever order samples are asked for.
    pub fn sample(&self, stream: Stream, index: u64) -> Sample {
        let mut random = Random::at(self.seed, stream as u32, index);
        let u = random.uniform();
        // The last sum may round to a little less than 1.
        let rank = self.clusters.iter().position(|cluster| u < cluster.cumulative).unwrap_or(N_CLUSTERS - 1);
        let Cluster { centre, a, b, .. } = self.clusters[rank];
        let z = [random.normal(), random.normal()];
        let times = |m: &[[f32; 2]; 2], row: usize| m[row][0] * z[0] + m[row][1] * z[1];
        Sample {
            input: std::array::from_fn(|axis| centre[axis] + SPREAD * z[axis]),
            target: std::array::from_fn(|axis| times(&a, axis) + libm::sinf(times(&b, axis))),
            cluster: rank,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_do_not_depend_on_call_order() {
        let task = Task::new(3);
        let forwards: Vec<_> = (0..50).map(|index| task.sample(Stream::Training, index)).collect();
        let backwards: Vec<_> = (0..50).rev().map(|index| Task::new(3).sample(Stream::Training, index)).collect();
        assert!(forwards.iter().eq(backwards.iter().rev()));
        assert_ne!(forwards[0], forwards[1]);
        assert_ne!(forwards[0], Task::new(4).sample(Stream::Training, 0));
    }

    /// Bounds of five standard errors.
    #[test]
    fn frequencies_follow_zipf_and_inputs_their_centres() {
        let (task, n) = (Task::new(1), 40_000_u32);
        let (mut counts, mut sums) = ([0_u32; N_CLUSTERS], [[0.0_f64; 2]; N_CLUSTERS]);
        for index in 0..n {
            let Sample { input, cluster, .. } = task.sample(Stream::Training, u64::from(index));
            counts[cluster] += 1;
            sums[cluster][0] += f64::from(input[0]);
            sums[cluster][1] += f64::from(input[1]);
        }
        for rank in 0..N_CLUSTERS {
            // 761/280 is the sum of 1/1 to 1/8.
            let p = 280.0 / 761.0 / (rank + 1) as f64;
            let (count, n) = (f64::from(counts[rank]), f64::from(n));
            assert!((count - n * p).abs() < 5.0 * (n * p * (1.0 - p)).sqrt(), "{counts:?}");
            for (sum, centre) in sums[rank].iter().zip(task.centres()[rank]) {
                assert!((sum / count - f64::from(centre)).abs() < 5.0 * f64::from(SPREAD) / count.sqrt());
            }
        }
    }

    #[test]
    fn the_centres_are_the_eight_places_of_the_circle() {
        let mut angles: Vec<_> = Task::new(9).centres().iter().map(|c| c[1].atan2(c[0])).collect();
        angles.sort_by(f32::total_cmp);
        assert!(angles.windows(2).all(|pair| (pair[1] - pair[0] - std::f32::consts::FRAC_PI_4).abs() < 1e-6));
    }
}
